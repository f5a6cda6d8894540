"""A run of the suite on a target: it is recognized first, then held to each contract that it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract import AdcontractError
from adcontract_conformance.checks.ledger import Ledger
from adcontract_conformance.checks.news import News
from adcontract_conformance.client.book_file import BookFile, earlier
from adcontract_conformance.client.clock import Clock
from adcontract_conformance.client.interrupts import interruptible
from adcontract_conformance.client.recognition import recognize
from adcontract_conformance.client.sender import Sender
from adcontract_conformance.client.target import BoundMetError
from adcontract_conformance.groups.generated import Generated
from adcontract_conformance.run.contract_run import ContractRun
from adcontract_conformance.run.result import Run
from adcontract_conformance.run.waiver_problems import waiver_problems

if TYPE_CHECKING:
    from adcontract_conformance.checks.news import Progress
    from adcontract_conformance.client.target import Target
    from adcontract_conformance.model.checked_contract import CheckedContract
    from adcontract_conformance.run.options import Options


INTERRUPTED = "The run was interrupted. What was tried until then is reported."


def run(target: Target, checked_contracts: list[CheckedContract], options: Options, progress: Progress) -> Run:
    """Hold the target to every contract.

    Raises:
        UsageError: if the target is not recognized: it refuses the token, serves another API, or does not work.
        TargetDownError: if it does not answer at all.
        TlsError: if no connection with TLS is possible.
        BoundMetError: if a bound is met before the target is recognized.
    """
    clock = Clock(options.seconds, target.allowance)
    target.timing.end_after(options.seconds)
    ledgers = [
        Ledger(
            each,
            options.groups,
            own=options.own,
            base=target.url,
            max_latency=options.max_latency,
            redaction=target.redaction,
            waiving=options.waiving,
        )
        for each in checked_contracts
        if each.operations
    ]
    result = Run(target, options, ledgers, checked_contracts, earlier=earlier(target.url))
    file = BookFile(target.url, target.redaction.text)
    result.book.listener = file.note
    news = News(ledgers, options.max_failures, clock, progress)
    if ledgers:
        _recognize(ledgers, target, options)
    try:
        with interruptible() as interrupts:
            result.book.is_urgent = lambda: interrupts.times > 1
            for ledger in result.served:
                ContractRun(ledger, result, clock, progress, news, interrupts).run()
            interrupts.check()
    except BoundMetError:
        pass  # what was tried until then is reported
    except AdcontractError as error:
        result.stopped = target.redaction.text(str(error))
    except KeyboardInterrupt:
        result.stopped = INTERRUPTED
    file.close()
    result.left, result.unwritable = file.path, file.unwritable
    ended = "the run ended before it was tried" if result.stopped else clock.bound
    for ledger in ledgers:
        ledger.close("the target does not serve the contract" if ledger.left_out else ended)
    if options.waiving:
        result.waiver_problems = list(waiver_problems(options.waiving, ledgers))
    result.bound = clock.bound
    result.seconds = clock.passed
    return result


def _recognize(ledgers: list[Ledger], target: Target, options: Options) -> None:
    """Recognize the target before anything else is sent, and leave out the contracts that it does not serve."""
    senders = [Sender(each.checked, target, Generated(each.checked, target, options.seed).sample) for each in ledgers]
    failed = recognize(senders)
    served = dict.fromkeys(each.checked.api for each in ledgers if each.checked not in failed)
    choice = " or ".join(f"--api {api}" for api in served)
    for ledger in ledgers:
        # of all snapshots of an API the target needs to serve one
        needed = not (options.every_snapshot and ledger.checked.api in served)
        if needed and (cause := failed.get(ledger.checked)):
            ledger.left_out = f"Left out, because {cause}. Check only what the target serves with {choice}."
