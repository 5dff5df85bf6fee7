"""Sends what waits in the outbox of webhooks: a thread for each receiver, so that a slow one delays no other.

Runs in the worker process. A message is told delivered only after its receiver said so, so one that was sent
just before a crash is sent again, under the same id.
"""

from __future__ import annotations

import hashlib
import logging
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from gis_app import clock
from gis_app.errors import BadInput, GisError
from gis_app.settings import Settings
from gis_app.storage import webhook_outbox as outbox
from gis_app.storage import webhooks as stored
from gis_app.storage.engine import Row, Store
from gis_app.webhooks import signing
from gis_app.webhooks.addresses import Resolve, checked, resolved, target_of
from gis_app.webhooks.retries import wait_after
from gis_app.webhooks.sending import GONE, WHOLE_SECONDS, Answer, send

log = logging.getLogger("gis_app")
LOOK_EVERY, AT_ONCE, STOP_SECONDS = 0.5, 8, 3.0
FORGET_EVERY = timedelta(hours=1)
KEY_CHANGED, REDIRECT, STATUS, GONE_FOR_GOOD = "server_key_changed", "redirect", "status", "gone"
PAUSING = (KEY_CHANGED, GONE_FOR_GOOD)
ACTOR = "system"


class Deliverer:
    """Empties the outbox of one store."""

    def __init__(self, store: Store, settings: Settings, resolve: Resolve = resolved) -> None:
        self.store, self.settings, self._resolve = store, settings, resolve
        self.stopping = threading.Event()
        self._running: dict[int, threading.Thread] = {}
        place = f"{socket.gethostname()} {settings.instance_dir.absolute()}"
        self.holder = hashlib.sha256(place.encode()).hexdigest()[:32]
        self.seconds = WHOLE_SECONDS
        self._forgotten_at: datetime | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Let go what this worker's predecessor held, and send from now on, beside whatever else is done."""
        with self.store.write() as conn:
            outbox.let_go(conn, self.holder)
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more, and wait a moment for what is being sent."""
        self.stopping.set()
        for thread in (self._thread, *self._running.values()):
            if thread is not None:
                thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self.stopping.wait(LOOK_EVERY):
            self._guarded(self._look)

    def _look(self) -> None:
        now = clock.now()
        self._forget(now)
        self._running = {key: one for key, one in self._running.items() if one.is_alive()}
        with self.store.read() as conn:
            due = outbox.due_webhooks(conn, now)
        for webhook_id in due:
            if webhook_id not in self._running and len(self._running) < AT_ONCE:
                thread = threading.Thread(
                    target=self._guarded,
                    args=(self._empty, webhook_id),
                    name=f"webhook-{webhook_id}",
                    daemon=True,
                )
                self._running[webhook_id] = thread
                thread.start()

    def _guarded(self, work: Callable[..., Any], *given: Any) -> None:
        """Do a piece of work; what goes wrong with it, such as a store that is busy, is tried again later."""
        try:
            work(*given)
        except GisError as error:
            log.warning({"message": "webhooks wait", "code": error.code})
        except Exception:
            log.exception({"message": "webhooks failed"})

    def _empty(self, webhook_id: int) -> None:
        while not self.stopping.is_set():
            with self.store.read() as conn:  # what is looked for long lets nobody wait who writes
                due = outbox.due_deliveries(conn, webhook_id, clock.now())
            if not due or not self._send_all(due):
                return

    def _send_all(self, due: list[int]) -> bool:
        """Send these messages one after the other; return whether any was still there to send."""
        sent = False
        for delivery_id in due:
            if self.stopping.is_set():
                return False
            with self.store.write() as conn:
                row = outbox.hold(conn, delivery_id, clock.now(), self.holder)
            if row is None:
                continue
            # Somebody may have paused it meanwhile; what is held is free again after a moment.
            if row.webhook_state != stored.ACTIVE or self.deliver(row).fault in PAUSING:
                return False
            sent = True
        return sent

    def deliver(self, row: Row) -> Answer:
        """Send a message that is held, keep how it went, and return it."""
        secret = signing.secret_of(self.settings.secret_key, row.salt)
        if signing.mark_of(secret) != row.secret_mark:
            return self._pause(row, Answer(fault=KEY_CHANGED), KEY_CHANGED)
        answer = self._sent(row, secret)
        if answer.status == GONE:
            return self._pause(row, answer._replace(fault=GONE_FOR_GOOD), GONE_FOR_GOOD)
        self._keep(row, answer)
        return answer

    def _sent(self, row: Row, secret: str) -> Answer:
        body = row.body.encode()
        try:
            target = target_of(row.url, self.settings.webhook_ports)
            target = checked(target, self.settings.webhook_networks, self._resolve)
        except BadInput as error:
            return Answer(fault=error.code)
        headers = signing.headers(secret, row.message_id, clock.now(), body)
        answer = send(target, headers, body, self.seconds)
        if answer.good or answer.fault:
            return answer
        return answer._replace(fault=REDIRECT if 300 <= answer.status < 400 else STATUS)

    def _keep(self, row: Row, answer: Answer) -> None:
        """Keep how an attempt went; the last one that is allowed gives the message up."""
        now, attempts = clock.now(), row.attempts + 1
        state = stored.DELIVERED if answer.good else stored.WAITING
        if not answer.good and attempts >= self.settings.webhook_attempts:
            state = stored.GIVEN_UP
            log.warning({"message": "webhook given up", "webhook": row.webhook_id, "event": row.event})
        wait = wait_after(attempts, self.settings.webhook_retry_seconds, answer.retry_after)
        with self.store.write() as conn:
            outbox.end_attempt(conn, row.delivery_id, state, now, _told(answer), now + wait)

    def _pause(self, row: Row, answer: Answer, why: str) -> Answer:
        """Send this receiver nothing more until somebody looks; the message stays the first that waits."""
        now = clock.now()
        with self.store.write() as conn:
            outbox.end_attempt(conn, row.delivery_id, stored.WAITING, now, _told(answer), now)
            stored.pause_webhook(conn, row.webhook_id, ACTOR, why)
        return answer

    def _forget(self, now: datetime) -> None:
        if self._forgotten_at is None or now - self._forgotten_at >= FORGET_EVERY:
            self._forgotten_at = now
            with self.store.write() as conn:
                outbox.forget(conn, now - timedelta(days=self.settings.webhook_days))


def _told(answer: Answer) -> dict[str, Any]:
    return {"status": answer.status, "answer": answer.text, "fault": answer.fault}
