/*
 * Fault injection for SMMU qtests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-fault.h"

static uint64_t seen_firings;   /* of the machine that is running */

static uint64_t count_firings(Smmu *s)
{
    QDict *state = qtest_qmp_assert_success_ref(
        s->qts, "{ 'execute': 'query-cca-faults' }");
    uint64_t n = member_uint(state, "firings");

    qobject_unref(state);
    return n;
}

static void expect_text(Smmu *s, const QDict *d, const char *name,
                        const char *want)
{
    if (strcmp(member_str(d, name), want)) {
        smmu_fail(s, "the firing has %s '%s', not '%s'", name,
                  member_str(d, name), want);
    }
}

static void expect_number(Smmu *s, const QDict *d, const char *name,
                          bool there, uint64_t want)
{
    if (qdict_haskey(d, name) != there) {
        smmu_fail(s, "the firing has %s%s", there ? "no " : "", name);
    } else if (there && member_uint(d, name) != want) {
        smmu_fail(s, "the firing has %s 0x%" PRIx64 ", not 0x%" PRIx64, name,
                  member_uint(d, name), want);
    }
}

void smmu_expect_firing(Smmu *s, const SmmuFiring *want)
{
    static const char *const spaces[] = { "ns", "secure", "realm" };
    QDict *d, *who;

    if (count_firings(s) <= seen_firings) {
        smmu_fail(s, "%s has not fired", want->site);
        return;
    }
    seen_firings++;
    d = next_firing(s->qts);
    expect_text(s, d, "site", want->site);
    expect_text(s, d, "action", want->action);
    expect_text(s, d, "pas", spaces[s->world]);
    expect_number(s, d, "address", true, want->address);
    expect_number(s, d, "value", want->has_value, want->value);
    expect_number(s, d, "new-value", want->has_new, want->new_value);
    who = qdict_get_qdict(d, "requester");
    expect_text(s, who, "kind", "device");
    expect_text(s, who, "state", spaces[s->world]);
    expect_number(s, who, "id", true, want->other ? want->device : s->ex.rid);
    qobject_unref(d);
}

void smmu_expect_no_firing(Smmu *s)
{
    uint64_t n = count_firings(s);

    if (n != seen_firings) {
        smmu_fail(s, "%" PRIu64 " firings that nobody expects",
                  n - seen_firings);
        seen_firings = n;
    }
}

void smmu_no_firings_yet(void)
{
    seen_firings = 0;
}

void smmu_start_bare(Smmu *s, const char *args)
{
    *s = (Smmu) {
        .qts = qtest_initf("-M cca-virt -m 2G -net none -device "
                           "cca-exerciser,addr=2.0 %s", args),
    };
    s->ex = exerciser_one(s->qts);
    smmu_adopt(s, W_NS);
    smmu_no_firings_yet();
}
