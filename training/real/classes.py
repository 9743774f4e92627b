"""Class of a tumour by the paper's rule, from the words that the two collections use.

Classes: benign_indolent, malignant_indolent, malignant_aggressive; '' where the record does not allow a class.
"""

from __future__ import annotations

BENIGN, INDOLENT, AGGRESSIVE, UNKNOWN = "benign_indolent", "malignant_indolent", "malignant_aggressive", ""


def plain(value: object) -> str:
    """Lower case text without edges; '' for nothing, NaN and 'na'."""
    text = str(value if value is not None else "").strip().lower()
    return "" if text in ("nan", "none", "na", "n/a", "x") else text


def grade_of(value: object) -> int | None:
    """1 to 4 from '3', 3.0, 'grade 3', 'G3', 'ISUP 2-3' (the highest counts); nothing otherwise."""
    digits = [int(c) for c in plain(value).removesuffix(".0") if c in "1234"]
    return max(digits) if digits else None


def kits_class(record: dict) -> str:
    """Class of a record of kits23.json."""
    kind = plain(record.get("tumor_histologic_subtype"))
    stage, grade = plain(record.get("pathology_t_stage")), grade_of(record.get("tumor_isup_grade"))
    necrosis, sarcomatoid = plain(record.get("tumor_necrosis")), plain(record.get("sarcomatoid_features"))
    if kind in ("", "transitional_cell_carcinoma", "urothelial"):
        return UNKNOWN
    malignant = plain(record.get("malignant"))
    if kind == "multilocular_cystic_rcc":
        return INDOLENT
    if malignant == "false":
        return BENIGN
    if malignant != "true":
        return UNKNOWN
    if sarcomatoid == "true" or kind == "rcc_unclassified":
        return AGGRESSIVE
    if kind in ("chromophobe_rcc", "chromophobe", "clear_cell_papillary", "clear_cell_papillary_rcc", "wilms_tumor", "wilms"):
        return INDOLENT
    if kind in ("clear_cell_rcc", "papillary_rcc", "papillary"):
        if (grade or 0) >= 3 or stage[:1] in ("3", "4") or (necrosis == "true" and kind == "clear_cell_rcc"):
            return AGGRESSIVE
        known = grade is not None and stage != "" and sarcomatoid != "" and (necrosis != "" or kind != "clear_cell_rcc")
        return INDOLENT if known else UNKNOWN
    return UNKNOWN


def rmac_class(tumour_type: object, pathology: object, grade: object) -> str:
    """Class of an exam of UCSF-RMaC: grade alone decides (masses up to 7 cm; necrosis and stage are not in the file)."""
    kind, text, g = plain(tumour_type), plain(pathology), grade_of(grade)
    if "sarcomatoid" in text or "unclassified" in text or "collecting duct" in text or "medullary" in text:
        return AGGRESSIVE
    if "urothelial" in text or "transitional" in text:
        return UNKNOWN
    if "oncocytoma" in text or "angiomyolipoma" in text or text == "aml" or kind.startswith("benign"):
        return BENIGN
    if "chromophobe" in text or "clear cell papillary" in text or "clear cell tubulopapillary" in text:
        return INDOLENT
    if "clear cell" in text or "papillary" in text or "ccrcc" in text or "prcc" in text:
        return UNKNOWN if g is None else AGGRESSIVE if g >= 3 else INDOLENT
    return UNKNOWN
