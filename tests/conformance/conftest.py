"""The run ends with what became of the vectors."""

from conformance import runner


def pytest_terminal_summary(terminalreporter):
    def count(outcome, test):
        reports = terminalreporter.stats.get(outcome, [])
        return sum(f"::{test}[" in report.nodeid and report.when == "call" for report in reports)

    vectors, rows = "test_a_published_vector_is_met", "test_a_published_day_count_is_met"
    lines = runner.summary(
        runner.collect(),
        passed=count("passed", vectors),
        failed=count("failed", vectors),
        day_counts=(count("passed", rows), count("failed", rows)),
    )
    terminalreporter.section("published vectors")
    for line in lines:
        terminalreporter.line(line)
