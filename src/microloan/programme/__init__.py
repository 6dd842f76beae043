"""创业扶持工作: the yearly plan, what surrounds a loan, and published figures computed again."""

from microloan.programme.agreement import Agreement, Verdict
from microloan.programme.aid import Aid, aid_of_subsidy, overlaps
from microloan.programme.event import Event, count_events
from microloan.programme.lending import GroupLending, achieved_by_lending, lending_by_group
from microloan.programme.manner import Manner
from microloan.programme.meeting import AgendaItem, Matter, Meeting, Ruling, check_meetings
from microloan.programme.practice import (
    AwardRule,
    JobsBand,
    Practice,
    ReportDuty,
    load_practice,
    read_practice,
)
from microloan.programme.quantity import Quantity
from microloan.programme.relation import (
    Among,
    Band,
    Ceiling,
    Parts,
    Ratio,
    Relation,
    Series,
    Sum,
    Targets,
)
from microloan.programme.report import Recomputation, Report, compare, read_report, recompute
from microloan.programme.report_calendar import (
    ReportDue,
    ReportFiled,
    due_reports,
    late_reports,
)
from microloan.programme.report_row import read_relation
from microloan.programme.report_table import read_table
from microloan.programme.support import Support, SupportKind, check_support
from microloan.programme.tenancy import Tenancy, incubators_of, tenants_of
from microloan.programme.training import (
    Award,
    TrainingClass,
    TrainingResult,
    check_awards,
    training_result,
)
from microloan.programme.venture import Venture, VentureCount, count_ventures, jobs_band
from microloan.programme.yearly_plan import (
    Achieved,
    Goal,
    Progress,
    Target,
    YearlyPlan,
    behind_plan,
    follow_plan,
    year_elapsed,
)

__all__ = [
    "Achieved",
    "AgendaItem",
    "Agreement",
    "Aid",
    "Among",
    "Award",
    "AwardRule",
    "Band",
    "Ceiling",
    "Event",
    "Goal",
    "GroupLending",
    "JobsBand",
    "Manner",
    "Matter",
    "Meeting",
    "Parts",
    "Practice",
    "Progress",
    "Quantity",
    "Ratio",
    "Recomputation",
    "Relation",
    "Report",
    "ReportDue",
    "ReportDuty",
    "ReportFiled",
    "Ruling",
    "Series",
    "Sum",
    "Support",
    "SupportKind",
    "Target",
    "Targets",
    "Tenancy",
    "TrainingClass",
    "TrainingResult",
    "Venture",
    "VentureCount",
    "Verdict",
    "YearlyPlan",
    "achieved_by_lending",
    "aid_of_subsidy",
    "behind_plan",
    "check_awards",
    "check_meetings",
    "check_support",
    "compare",
    "count_events",
    "count_ventures",
    "due_reports",
    "follow_plan",
    "incubators_of",
    "jobs_band",
    "late_reports",
    "lending_by_group",
    "load_practice",
    "overlaps",
    "read_practice",
    "read_relation",
    "read_report",
    "read_table",
    "recompute",
    "tenants_of",
    "training_result",
    "year_elapsed",
]
