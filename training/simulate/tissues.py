"""Enhancement levels of the simulator, HU at 120 kVp, by phase N, A, V.

Group means of published tables and of the cohort's own statistics (means and spreads over patients per histology,
never a single patient's value): kidney 111 (33) in A, +13 (18) from A to V; tumour level = 0.46 kidney + a constant
of its histology in A, -13 (22) from A to V over all histologies.
"""

from __future__ import annotations

# Body: (mean, SD between patients) per phase N, A, V.
BODY = {
    "fat": ((-105, 6), (-104, 6), (-102, 6)),
    "muscle": ((55, 6), (58, 7), (64, 7)),
    "liver": ((57, 8), (72, 12), (110, 15)),
    "spleen": ((48, 6), (120, 25), (122, 16)),
    "pancreas": ((40, 7), (95, 18), (92, 14)),
    "bowel": ((30, 10), (65, 20), (80, 18)),
    "bile": ((10, 7), (11, 7), (11, 7)),
    "aorta": ((42, 6), (270, 65), (148, 22)),
    "cava": ((40, 6), (95, 40), (140, 22)),
    "portal": ((40, 6), (100, 30), (150, 22)),
    "bone": ((190, 50), (195, 50), (205, 50)),
    "adrenal": ((25, 10), (60, 18), (75, 16)),
    "lung": ((-800, 40), (-800, 40), (-800, 40)),
}

# Mass: N mean, SD; constant and residual SD in A; change A to V mean, SD; texture amplitudes at 3, 7, 15, 30 mm.
MASS = {
    "clear_cell_rcc": (33, 8, 29, 34, -25, 22, (13, 12, 27, 0)),
    "papillary_rcc": (32, 9, 0, 20, 5, 13, (14, 19, 0, 0)),
    "chromophobe_rcc": (36, 8, 8, 20, 0, 15, (20, 9, 12, 14)),
    "oncocytoma": (33, 8, 45, 35, -12, 16, (26, 22, 8, 0)),
    "angiomyolipoma": (40, 7, 35, 30, -9, 15, (10, 12, 6, 0)),
    "clear_cell_papillary": (33, 8, 15, 28, -5, 18, (14, 14, 10, 0)),
    "multilocular_cystic_rcc": (14, 6, -38, 8, 2, 6, (6, 6, 0, 0)),
    "cyst": (10, 6, -42, 6, 1, 4, (3, 3, 0, 0)),
    "mest": (26, 8, -15, 15, 8, 12, (14, 16, 14, 0)),
    "wilms_tumor": (36, 8, 0, 12, 3, 12, (12, 12, 10, 0)),
    "rcc_unclassified": (36, 9, 12, 25, 2, 18, (14, 14, 16, 0)),
    "spindle_cell_neoplasm": (38, 8, 5, 20, 8, 14, (10, 10, 8, 0)),
    "other": (36, 9, 12, 28, 0, 18, (14, 12, 12, 0)),
}

TEXTURE_SHARE = (0.20, 0.80, 0.58)
NECROSIS_HU = ((20, 7), (24, 8), (27, 9))
CYST_HU = ((8, 6), (12, 8), (13, 8))

# Share of patients whose mass holds it, on CT.
CALCIFICATION = {"clear_cell_rcc": 0.12, "papillary_rcc": 0.10, "chromophobe_rcc": 0.18, "oncocytoma": 0.06}
SCAR = {"oncocytoma": 0.2, "chromophobe_rcc": 0.12}
