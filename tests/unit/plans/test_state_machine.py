"""Whatever is edited in whatever order: no gap, no overlap, no forgotten block, no lost household."""

from hypothesis import HealthCheck, settings

from tests.unit.plans.machine import PlanMachine

TestEveryEdit = PlanMachine.TestCase
TestEveryEdit.settings = settings(
    max_examples=200, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)
