"""The door for WSGI servers."""

import gc
import multiprocessing
import os
import signal

from django.core.wsgi import get_wsgi_application

from moviedb.running.children import end_with_parent

# A server's worker process must not outlive its master, which would go on answering at the port
# when the master was killed before it could say so.
master = multiprocessing.parent_process()
if master is not None and master.pid is not None:
    # Not `master.is_alive()`: a worker forked later holds what that looks at open for this one.
    end_with_parent(master.pid, death_signal=signal.SIGKILL)

# A request's matrices are small: threads of the arithmetic library would only wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moviedb.settings")
application = get_wsgi_application()

# What was loaded stays: looking through it for garbage again and again took a tenth of each page.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
