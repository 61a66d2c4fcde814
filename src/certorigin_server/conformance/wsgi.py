"""What the server process of the test profile loads; it does not load beside a national system."""

from __future__ import annotations

import os
from pathlib import Path

from certorigin.seal.foreign.contexts import known_contexts, read_contexts
from certorigin_server.conformance.app import TestProfile
from certorigin_server.conformance.start import CONTEXTS, refuse_beside_production

refuse_beside_production(os.environ, Path.cwd())
_folder = os.environ.get(CONTEXTS)
application = TestProfile(read_contexts(Path(_folder)) if _folder else known_contexts())
