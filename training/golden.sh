#!/usr/bin/env bash
# Makes every golden file again: patches, matrices, heads, nnU-Net's own answers, anatomy, slice networks.
#   npm run golden            with ../shared and training/.venv
#   SHARED=... PYTHON=... bash training/golden.sh
# Afterwards `git diff` shows what changed, and `npm test` whether the product still agrees.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-training/.venv/bin/python}
shared=${SHARED:-../shared}
"$python" training/reference/make_golden.py --shared "$shared"
"$python" training/anatomy/golden.py
"$python" training/segment/golden.py
if "$python" -c 'import nnunetv2, nnunet' 2>/dev/null; then
  "$python" training/reference/nnunet/make_golden.py --shared "$shared"
else
  echo "NOT MADE: training/reference/nnunet/golden (this Python has no nnunetv2 and nnunet: training/requirements-nnunet.txt)" >&2
  exit 1
fi
