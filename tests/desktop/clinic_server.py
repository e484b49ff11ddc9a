"""A PostgreSQL server with the demo clinic's tables, for stories about databases on servers."""

import sys
from contextlib import contextmanager
from pathlib import Path

from demo_sites import DEMO

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "servers"))
from database_server import PostgreSqlServer, ServerFailed  # noqa: E402

SERVER_PASSWORD = "right one"


@contextmanager
def clinic_server():
    """None where no server is installed. Of its users sync has all rights, guest has none."""
    try:
        server = PostgreSqlServer()
        server.__enter__()
    except (FileNotFoundError, ServerFailed) as error:
        print(f"        without a server: {error}", flush=True)
        yield None
        return
    try:
        server.create("clinic")
        server.load("clinic", DEMO / "demo_schema_postgresql.sql")
        server.sql(f"CREATE USER sync PASSWORD '{SERVER_PASSWORD}'; "
                   "GRANT ALL ON ALL TABLES IN SCHEMA public TO sync; "
                   "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO sync; "
                   "GRANT ALL ON SCHEMA public TO sync; "
                   f"CREATE USER guest PASSWORD '{SERVER_PASSWORD}'", "clinic")
        yield server
    finally:
        server.close()
