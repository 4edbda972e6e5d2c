"""psycopg 3 with psycopg_pool.AsyncConnectionPool and its defaults: 4 connections, a request waits for one for 30 s."""

import platform

import psycopg
import psycopg_pool
from pgdrill import run_async

POOL = {"pool_size": "max_size", "timeout_s": "timeout", "max_lifetime_s": "max_lifetime", "reconnect_s": "reconnect_timeout"}
CONNECTION = ["target_session_attrs", "connect_timeout", "tcp_user_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count"]


class Client:
    @classmethod
    async def open(cls, plan):
        self, settings = cls(), plan["settings"]
        given = {theirs: float(settings[ours]) for ours, theirs in POOL.items() if ours in settings}
        if "max_size" in given:
            given["max_size"] = int(given["max_size"])
        kwargs = {"autocommit": True, **{name: settings[name] for name in CONNECTION if name in settings}}
        if "options" in settings:
            kwargs["options"] = settings["options"]
        if "prepare_threshold" in settings:
            kwargs["prepare_threshold"] = int(settings["prepare_threshold"]) or None
        check = psycopg_pool.AsyncConnectionPool.check_connection if settings.get("pre_ping") == "1" else None
        self.sql = plan["sql"].replace("$1", "%s").replace("$2", "%s")
        self.connections = psycopg_pool.AsyncConnectionPool(
            plan["paths"][plan["path"]]["url"], kwargs=kwargs, check=check, open=False, **given
        )
        await self.connections.open(wait=True)
        self.versions = f"psycopg {psycopg.__version__}, psycopg_pool {psycopg_pool.__version__}, Python {platform.python_version()}"
        self.settings = {"max_size": str(self.connections.max_size), **settings}
        return self

    async def write(self, worker, op):
        async with self.connections.connection() as connection:
            cursor = await connection.execute(self.sql, [worker, op])
            return await cursor.fetchone()

    def pool(self):
        stats = self.connections.get_stats()
        return {
            "open": stats.get("pool_size", 0),
            "idle": stats.get("pool_available", 0),
            "waiting": stats.get("requests_waiting", 0),
        }


run_async(Client.open)
