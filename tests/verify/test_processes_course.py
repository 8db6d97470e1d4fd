"""The bookkeeping of one package, without any process."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from torchmodlint.core.verdict import Outcome, Reason, Verdict
from torchmodlint.verify import wire
from torchmodlint.verify.environment import environment
from torchmodlint.verify.pool import _halves, _shares
from torchmodlint.verify.wire import FileJob, Options, PackageJob, Question, WireError, packed
from torchmodlint.verify.worker.course import OF_CLASS, OF_PACKAGE, Course, End

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torchmodlint.verify.worker.course import Order

REFUTED = packed(Verdict(Outcome.REFUTED, Reason.NOT_OBSERVED, "fine"))


def _file(name: str, owners: str, first: int = 0) -> FileJob:
    questions = [Question(first + index, "TML101", 1, 1, 1, 1, owner=owner) for index, owner in enumerate(owners)]
    return FileJob(f"/{name}", name, name, "", tuple(questions))


def _package(*owners: str) -> PackageJob:
    files = [_file(f"{index}.py", each, 10 * index) for index, each in enumerate(owners)]
    return PackageJob("pkg", (), tuple(files))


class Play:
    """A course, with the one who carries it out played by the test."""

    def __init__(self, *owners: str, forks: bool = True) -> None:
        self.verdicts: dict[int, str] = {}
        self.began: list[Sequence[int]] = []
        self.course = Course(_package(*owners), Options(timeout=2), self._emit, self.began.append, forks=forks)
        self.order: Order | None = self.course.next()

    def _emit(self, identity: int, verdict: Verdict) -> None:
        assert identity not in self.verdicts, "a second verdict"
        self.verdicts[identity] = str(verdict.reason)

    def say(self, kind: str, **more: Any) -> None:
        """Say something as the process would; go on to the next order where this one is done."""
        assert self.order is not None
        kinds = OF_CLASS if kind in OF_CLASS else OF_PACKAGE
        if self.course.heard({"kind": kind, "nonce": self.order.nonce, **more}, kinds):
            self.order = self.course.next()

    def answer(self, *identities: int) -> None:
        for identity in identities:
            self.say("verdict", id=identity, verdict=REFUTED)

    def now(self) -> tuple[str, tuple[int, ...]] | None:
        return None if self.order is None else (self.order.do, self.order.questions)


def test_files_then_classes() -> None:
    play = Play("aba", "c")
    assert play.now() == ("import", (0, 2, 1))
    play.say("imported")
    assert play.now() == ("ask", (0, 2))
    play.answer(0, 2)
    play.say("ended", status=0)
    assert play.now() == ("ask", (1,))
    play.answer(1)
    play.say("ended", status=0)
    assert play.now() == ("import", (10,))
    play.say("failed", reason="not-importable", message="no")
    assert play.now() is None
    assert play.course.finished
    fine = "not-observed"
    assert play.verdicts == {0: fine, 2: fine, 1: fine, 10: "not-importable"}
    assert play.began == [(0, 2, 1), (0, 2), (1,), (10,)]


def test_the_rest_is_asked_again_after_an_end() -> None:
    play = Play("aaa")
    play.say("imported")
    play.answer(0)
    play.say("ended", status=11)
    assert play.now() == ("ask", (2,))
    play.answer(2)
    play.say("ended", status=0)
    assert play.verdicts == {0: "not-observed", 1: "crashed", 2: "not-observed"}


def test_two_ends_in_a_row_are_enough() -> None:
    play = Play("aaaab")
    play.say("imported")
    play.say("ended", status=11)
    play.say("ended", status=11)
    assert play.now() == ("ask", (4,))
    assert play.verdicts == dict.fromkeys(range(4), "crashed")


def test_overdue() -> None:
    play = Play("aa")
    assert not play.course.overdue(), "while it imports there is nothing but the whole process to kill"
    play.course.lost(9)
    assert play.verdicts == {0: "timeout", 1: "timeout"}

    play = Play("aa")
    play.say("imported")
    assert play.course.overdue(), "the class alone"
    assert not play.course.overdue(), "which did not help"
    play.course.lost(9)
    assert play.verdicts == {0: "timeout"}
    assert (play.course.next() or play.order) is not None


def test_an_answer_in_the_last_moment_counts() -> None:
    play = Play("aa")
    play.say("imported")
    play.course.overdue()
    play.answer(0)
    play.say("ended", status=9)
    assert play.now() == ("ask", (1,))
    assert play.verdicts == {0: "not-observed"}


def test_a_lost_process_imports_again() -> None:
    play = Play("ab")
    play.say("imported")
    play.course.lost(11)
    play.order = play.course.next()
    assert play.now() == ("import", (1,))


def test_a_spent_process_is_no_loss() -> None:
    play = Play("aa", forks=False)
    play.say("imported")
    play.answer(0)
    assert play.order is not None
    assert play.course.heard({"kind": "ended", "nonce": play.order.nonce, "spent": True}, OF_PACKAGE)
    assert play.course.spent
    play.course.lost(9)
    play.order = play.course.next()
    assert play.now() == ("import", (1,))
    assert play.verdicts == {0: "not-observed"}


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "verdict", "id": 0, "verdict": REFUTED},
        {"kind": "verdict", "id": 0, "verdict": REFUTED, "nonce": "0" * 32},
        {"kind": "verdict", "id": 1, "verdict": REFUTED, "nonce": "right"},
        {"kind": "verdict", "id": 0, "verdict": {**REFUTED, "outcome": "certain"}, "nonce": "right"},
        {"kind": "verdict", "id": 0, "verdict": {}, "nonce": "right"},
        {"kind": "verdict", "id": 0, "verdict": {**REFUTED, "seconds": 10**400}, "nonce": "right"},
        {"kind": "verdict", "id": 0, "verdict": [], "nonce": "right"},
        {"kind": "ended", "status": 0, "nonce": "right"},
        {"kind": "done", "nonce": "right"},
        {},
    ],
)
def test_what_was_not_asked_for_is_not_heard(message: dict[str, Any]) -> None:
    play = Play("aa")
    play.say("imported")
    assert play.order is not None
    if message.get("nonce") == "right":
        message = {**message, "nonce": play.order.nonce}
    with pytest.raises(WireError):
        play.course.heard(message, OF_CLASS)
    assert play.verdicts == {}


def test_an_old_nonce_is_of_no_use() -> None:
    play = Play("aa")
    old = play.order
    play.say("imported")
    assert old is not None
    with pytest.raises(WireError):
        play.course.heard({"kind": "verdict", "id": 0, "verdict": REFUTED, "nonce": old.nonce}, OF_CLASS)


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_giving_up_answers_all(steps: int) -> None:
    play = Play("ab", "c")
    if steps:
        play.say("imported")
    if steps > 1:
        play.answer(0)
    play.course.give_up(End(Reason.CRASHED, "no more"))
    assert sorted(play.verdicts) == [0, 1, 10]
    assert play.course.next() is None


def test_a_verdict_can_be_shown_anywhere() -> None:
    told = wire.verdict({**REFUTED, "message": "a\udc80b\x1b[2Jc\nd é"})
    assert told.message == "a\\udc80b\\x1b[2Jc\nd é"


@pytest.mark.parametrize("body", [b"[" * 100_000, b"nonsense", b"[]", b"9" * 10_000])
def test_what_is_no_message(body: bytes) -> None:
    with pytest.raises(WireError):
        wire.Frames().feed(len(body).to_bytes(4, "big") + body)


def test_secrets_stay_at_home() -> None:
    given = {"PATH": "/bin", "LC_ALL": "C", "AWS_SECRET_ACCESS_KEY": "s", "HF_TOKEN": "t", "CUDA_VISIBLE_DEVICES": "1"}
    without, with_cuda = environment(given, cuda=False), environment(given, cuda=True)
    assert (without["PATH"], without["LC_ALL"], without["CUDA_VISIBLE_DEVICES"]) == ("/bin", "C", "")
    assert with_cuda["CUDA_VISIBLE_DEVICES"] == "1"
    assert not {"AWS_SECRET_ACCESS_KEY", "HF_TOKEN"} & (without.keys() | with_cuda.keys())


def test_a_large_package_is_shared_out() -> None:
    large = _package(*["abcdefgh"] * 6)
    shares = _shares([_package("a"), large], 4, by_file=False)
    assert [sum(len(file.questions) for file in share.files) for share in shares] == [24, 16, 8, 1]
    assert {file.path for share in shares for file in share.files} == {file.path for file in large.files}
    assert [len(share.files) for share in _shares([large], 4, by_file=True)] == [1] * 6
    assert _shares([large], 1, by_file=False) == [large]


def test_halves() -> None:
    job = _package("a", "abcdefgh")
    assert _halves(job) == (replace(job, files=job.files[:1]), replace(job, files=job.files[1:]))
