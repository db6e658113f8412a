// *hand*: what one measure costs at least. The frame, its meta and the request are read in one pass, the rules stand in C,
// the reply is written forwards, most of it copied from what was encoded at the start.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#include "checks.h"
#include "measure.h"
#include "serve.h"
#include "wire.h"

/// An earlier award of the measure.
struct award {
    int32_t day;
    int64_t amount;
    struct text subject;
};

enum answer { is_unset, is_false, is_true };
/// The numbers of `grantd.v1.Finding.Verdict`, but for the first.
enum verdict { passes = 1, fails = 2, is_unknown = 3 };
enum outcome { eligible = 1, ineligible = 2, undetermined = 3, exhausted = 4, not_in_force = 5 };

/// One application as it was sent. The `start` of a text that is unset is null.
struct application {
    struct text id;
    struct text as_of;
    struct text subject;
    int32_t day;
    /// By rule, an `enum answer`.
    uint8_t answers[rule_count];
    bool has_applicant;
    bool has_facts;
    bool has_base;
    bool has_awards;
    bool awards_are_unknown;
    int64_t base;
    size_t award_count;
};

/// What is the same in every assessment, encoded once.
static struct {
    struct text measure, basis, policy;
    struct text all_pass, findings[rule_count][is_unknown + 1];
    struct text missing[rule_count], missing_base, missing_subject, missing_awards;
    struct text binding_cap, untouched_cap, cap_head;
} parts;

/// More than all parts of an assessment have together.
enum { most_parts = 2048 };

static struct reference reference;
/// The awards of the application that is read.
static struct award *awards;
static size_t award_room;

// MARK: - Reading

static bool read_award(struct reader reader, struct application *application) {
    struct award award = {0};
    struct text measure = {0}, day = {0};
    uint64_t amount = UINT64_MAX;
    while (reader.at < reader.end) {
        switch (*reader.at++) {
        case 1 << 3 | 2:
            if (!read_text(&reader, &measure)) return false;
            break;
        case 2 << 3 | 2:
            if (!read_text(&reader, &award.subject)) return false;
            break;
        case 3 << 3 | 2:
            if (!read_text(&reader, &day)) return false;
            break;
        case 4 << 3:
            if (!read_varint(&reader, &amount)) return false;
            break;
        default: return false;
        }
    }
    if (!measure.start || !day.start || amount > INT64_MAX) return false;
    if (!read_day(day.start, day.count, &award.day)) return false;
    if (!is_plain_id(award.subject.start, award.subject.count)) return false;
    application->has_awards = true;
    bool is_own = measure.count == sizeof measure_id - 1 && memcmp(measure.start, measure_id, measure.count) == 0;
    if (!is_own) return is_measure(&reference, measure.start, measure.count);
    award.amount = (int64_t)amount;
    if (application->award_count == award_room) {
        award_room = award_room ? 2 * award_room : 16;
        awards = realloc(awards, award_room * sizeof *awards);
        if (!awards) abort();
    }
    awards[application->award_count++] = award;
    return true;
}

static bool read_applicant(struct reader reader, struct application *application) {
    uint64_t number;
    struct text text;
    while (reader.at < reader.end) {
        switch (*reader.at++) {
        case 1 << 3 | 2:
            if (!read_text(&reader, &text) || !is_credit_code(text.start, text.count)) return false;
            break;
        case 2 << 3 | 2:
            if (!read_text(&reader, &text)) return false;
            break;
        case 3 << 3:
            if (!read_varint(&reader, &number) || number > 7) return false;
            break;
        case 4 << 3:
            if (!read_varint(&reader, &number)) return false;
            application->answers[0] = number ? is_true : is_false;
            break;
        case 5 << 3:
        case 6 << 3:
            if (!read_varint(&reader, &number)) return false;
            break;
        default: return false;
        }
    }
    return true;
}

static bool read_facts(struct reader reader, struct application *application) {
    uint64_t number;
    while (reader.at < reader.end) {
        uint8_t tag = *reader.at++;
        if (!read_varint(&reader, &number)) return false;
        switch (tag) {
        case 1 << 3: application->answers[2] = number ? is_true : is_false; break;
        case 2 << 3:
            if (number > INT64_MAX) return false;
            application->base = (int64_t)number;
            application->has_base = true;
            break;
        case 3 << 3: application->answers[1] = number ? is_true : is_false; break;
        default: return false;
        }
    }
    return true;
}

static bool read_application(struct reader reader, struct application *application) {
    struct reader part;
    uint64_t number;
    memset(application, 0, sizeof *application);
    while (reader.at < reader.end) {
        switch (*reader.at++) {
        case 1 << 3 | 2:
            if (!read_text(&reader, &application->id)) return false;
            break;
        case 2 << 3 | 2:
            if (!read_text(&reader, &application->as_of)) return false;
            break;
        case 3 << 3 | 2:
            if (!read_text(&reader, &application->subject)) return false;
            break;
        case 4 << 3 | 2:
            if (application->has_applicant || !read_part(&reader, &part)) return false;
            if (!read_applicant(part, application)) return false;
            application->has_applicant = true;
            break;
        case 5 << 3 | 2:
            if (!read_part(&reader, &part) || !read_award(part, application)) return false;
            break;
        case 6 << 3:
            if (!read_varint(&reader, &number)) return false;
            application->awards_are_unknown = number != 0;
            break;
        // The facts of the measure, field 206: a tag of two bytes.
        case (206 << 3 & 0x7F) | 0x80 | 2:
            if (reader.at == reader.end || *reader.at++ != 206 >> 4 || application->has_facts) return false;
            if (!read_part(&reader, &part) || !read_facts(part, application)) return false;
            application->has_facts = true;
            break;
        default: return false;
        }
    }
    if (!application->has_facts || (application->awards_are_unknown && application->has_awards)) return false;
    if (!read_day(application->as_of.start, application->as_of.count, &application->day)) return false;
    return is_plain_id(application->id.start, application->id.count)
        && is_plain_id(application->subject.start, application->subject.count);
}

// MARK: - Deciding and writing

/// What earlier awards have used of the cap; -1 where it hangs on a subject that is unset.
static int64_t used_of_cap(const struct application *application, bool *exists) {
    int64_t used = 0;
    for (size_t index = 0; index < application->award_count; index++) {
        const struct award *award = &awards[index];
        if (award->day > application->day) continue;
        *exists = true;
        if (award->subject.count != application->subject.count) continue;
        if (memcmp(award->subject.start, application->subject.start, award->subject.count) != 0) continue;
        if (__builtin_add_overflow(used, award->amount, &used)) used = INT64_MAX;
    }
    return *exists && application->subject.count == 0 ? -1 : used;
}

static uint8_t *put_cap(uint8_t *at, int64_t used, int64_t left, bool binds) {
    size_t count = parts.cap_head.count + 2;
    if (used >= 0) count += 2 + varint_size((uint64_t)used) + varint_size((uint64_t)left);
    at = put_number(at, 12 << 3 | 2, count);
    at = put_bytes(at, parts.cap_head);
    if (used >= 0) {
        at = put_number(at, 3 << 3, (uint64_t)used);
        at = put_number(at, 4 << 3, (uint64_t)left);
    }
    return put_number(at, 5 << 3, binds);
}

/// Decides an application and writes its assessment.
static uint8_t *put_assessment(uint8_t *at, const struct application *application) {
    if (application->id.start) at = put_text(at, 1 << 3 | 2, application->id);
    at = put_bytes(at, parts.measure);
    at = put_text(at, 3 << 3 | 2, application->as_of);
    if (application->day < first_day || application->day > last_day) {
        at = put_number(at, 4 << 3, not_in_force);
        at = put_bytes(at, parts.basis);
        return put_bytes(at, parts.policy);
    }

    bool exists = false;
    int64_t used = application->awards_are_unknown ? -1 : used_of_cap(application, &exists);
    int64_t left = used < 0 ? cap_limit : used < cap_limit ? cap_limit - used : 0;
    bool is_used_up = used >= 0 && left == 0;
    bool any_fails = false, any_waits = false;
    for (int rule = 0; rule < rule_count; rule++) {
        any_fails |= application->answers[rule] == is_false;
        any_waits |= application->answers[rule] == is_unset;
    }
    bool cuts = !application->has_base;
    int64_t figure = left;
    if (application->has_base) {
        int64_t thirty_percent = (int64_t)((unsigned __int128)application->base * 3 / 10);
        cuts = thirty_percent > left;
        if (!cuts) figure = thirty_percent;
    }
    bool binds = false;
    enum outcome outcome = eligible;
    if (any_fails) {
        outcome = ineligible;
    } else if (any_waits || used < 0 || (!is_used_up && !application->has_base)) {
        outcome = undetermined;
    } else if (is_used_up) {
        outcome = exhausted;
        binds = true;
    } else {
        binds = cuts;
    }

    at = put_number(at, 4 << 3, outcome);
    if (outcome == eligible || outcome == exhausted) at = put_number(at, 5 << 3, (uint64_t)figure);
    if (outcome != ineligible) at = put_number(at, 6 << 3, (uint64_t)figure);
    at = put_bytes(at, parts.basis);
    if (binds) at = put_bytes(at, parts.binding_cap);
    if (!any_fails && !any_waits) {
        at = put_bytes(at, parts.all_pass);
    } else {
        static const uint8_t verdicts[] = {[is_unset] = is_unknown, [is_false] = fails, [is_true] = passes};
        for (int rule = 0; rule < rule_count; rule++) {
            at = put_bytes(at, parts.findings[rule][verdicts[application->answers[rule]]]);
        }
    }
    if (outcome == undetermined) {
        for (int rule = 0; rule < rule_count; rule++) {
            if (application->answers[rule] == is_unset) at = put_bytes(at, parts.missing[rule]);
        }
        if (application->awards_are_unknown) at = put_bytes(at, parts.missing_awards);
        else if (used < 0) at = put_bytes(at, parts.missing_subject);
        if (!application->has_base && !is_used_up) at = put_bytes(at, parts.missing_base);
    }
    at = exists || application->awards_are_unknown || binds ? put_cap(at, used, left, binds)
                                                             : put_bytes(at, parts.untouched_cap);
    return put_bytes(at, parts.policy);
}

// MARK: - The two methods

/// Reads the fields behind `applications` in both requests: nothing but the reasoning changes this measure's answer, and
/// that is not served.
static bool read_option(struct reader *reader, uint8_t tag) {
    uint64_t number;
    if (!read_varint(reader, &number)) return false;
    return (tag == 2 << 3 && number <= 2) || tag == 3 << 3 || (tag == 4 << 3 && number == 0);
}

static bool answer_evaluate(struct reader request, struct buffer *reply) {
    struct application application = {0};
    struct reader part;
    while (request.at < request.end) {
        uint8_t tag = *request.at++;
        if (tag != (1 << 3 | 2)) {
            if (!read_option(&request, tag)) return false;
        } else if (application.has_facts || !read_part(&request, &part) || !read_application(part, &application)) {
            return false;
        }
    }
    if (!application.has_facts) return false;
    uint8_t *start = buffer_room(reply, application.id.count + most_parts);
    reply->count += (size_t)(put_assessment(start, &application) - start);
    return true;
}

/// A message whose length is not known yet begins behind room for a length of two bytes.
static uint8_t *close_message(uint8_t *start, uint8_t *end) {
    size_t count = (size_t)(end - start);
    size_t width = varint_size(count);
    if (width != 2) {
        memmove(start - 2 + width, start, count);
        end += (ptrdiff_t)width - 2;
    }
    put_varint(start - 2, count);
    return end;
}

static bool answer_batch(struct reader request, struct buffer *reply) {
    struct application application;
    struct reader part;
    while (request.at < request.end) {
        uint8_t tag = *request.at++;
        if (tag != (1 << 3 | 2)) {
            if (!read_option(&request, tag)) return false;
            continue;
        }
        if (!read_part(&request, &part) || !read_application(part, &application)) return false;
        uint8_t *start = buffer_room(reply, application.id.count + most_parts);
        // results, and the assessment inside.
        start[0] = 1 << 3 | 2;
        start[3] = 1 << 3 | 2;
        uint8_t *end = close_message(start + 6, put_assessment(start + 6, &application));
        end = close_message(start + 3, end);
        reply->count += (size_t)(end - start);
    }
    return true;
}

/// What the meta of a call says.
struct call {
    struct text service;
    struct text method;
    uint64_t correlation_id;
};

static bool read_names(struct reader reader, struct call *call) {
    while (reader.at < reader.end) {
        uint64_t tag;
        if (!read_varint(&reader, &tag)) return false;
        bool reads = tag == (1 << 3 | 2)   ? read_text(&reader, &call->service)
                     : tag == (2 << 3 | 2) ? read_text(&reader, &call->method)
                                           : skip(&reader, tag);
        if (!reads) return false;
    }
    return true;
}

static bool read_meta(struct reader reader, struct call *call) {
    while (reader.at < reader.end) {
        uint64_t tag;
        struct reader part;
        if (!read_varint(&reader, &tag)) return false;
        bool reads = tag == (1 << 3 | 2) ? read_part(&reader, &part) && read_names(part, call)
                     : tag == 4 << 3     ? read_varint(&reader, &call->correlation_id)
                                         : skip(&reader, tag);
        if (!reads) return false;
    }
    return true;
}

static bool is(struct text text, const char *name) {
    return text.count == strlen(name) && memcmp(text.start, name, text.count) == 0;
}

static bool answer(const struct frame *frame, struct buffer *reply) {
    struct call call = {0};
    if (!read_meta((struct reader){frame->meta, frame->meta + frame->meta_count}, &call)) return false;
    if (!is(call.service, "grantd.v1.Calculator")) return false;
    size_t head = reply->count;
    uint8_t *start = buffer_room(reply, header_size + 16);
    // response { error_code: 0 }, correlation_id.
    uint8_t *at = start + header_size;
    *at++ = 2 << 3 | 2, *at++ = 2, *at++ = 1 << 3, *at++ = 0;
    at = put_number(at, 4 << 3, call.correlation_id);
    size_t meta = (size_t)(at - start) - header_size;
    reply->count += header_size + meta;
    size_t body = reply->count;
    struct reader request = {frame->payload, frame->payload + frame->payload_count};
    bool answers = is(call.method, "Evaluate")        ? answer_evaluate(request, reply)
                   : is(call.method, "EvaluateBatch") ? answer_batch(request, reply)
                                                      : false;
    if (!answers) return false;
    write_header(reply->start + head, meta, reply->count - body);
    return true;
}

// MARK: - What is encoded at the start

static uint8_t kept[8192];
static uint8_t *kept_end = kept;

static struct text keep(const uint8_t *bytes, size_t count) {
    if (count > (size_t)(kept + sizeof kept - kept_end)) abort();
    struct text text = {kept_end, count};
    memcpy(kept_end, bytes, count);
    kept_end += count;
    return text;
}

static struct text in_c(const char *text) {
    return (struct text){(const uint8_t *)text, strlen(text)};
}

static struct text keep_message(uint8_t tag, const uint8_t *bytes, size_t count) {
    uint8_t whole[1024];
    return keep(whole, (size_t)(put_text(whole, tag, (struct text){bytes, count}) - whole));
}

static struct text keep_missing(const char *path) {
    uint8_t fact[512];
    return keep_message(10 << 3 | 2, fact, (size_t)(put_text(fact, 1 << 3 | 2, in_c(path)) - fact));
}

static struct text keep_finding(int rule, enum verdict verdict) {
    uint8_t finding[512];
    uint8_t *at = put_text(finding, 1 << 3 | 2, in_c(rule_ids[rule]));
    at = put_number(at, 2 << 3, 1);
    at = put_number(at, 3 << 3, verdict);
    at = put_text(at, 4 << 3 | 2, in_c(rule_clauses[rule]));
    return keep_message(9 << 3 | 2, finding, (size_t)(at - finding));
}

static void encode_parts(void) {
    uint8_t bytes[1024];
    parts.measure = keep(bytes, (size_t)(put_text(bytes, 2 << 3 | 2, in_c(measure_id)) - bytes));
    parts.basis = keep(bytes, (size_t)(put_number(bytes, 7 << 3, 1) - bytes));
    parts.policy = (struct text){reference.policy, reference.policy_count};
    for (int rule = 0; rule < rule_count; rule++) {
        for (int verdict = passes; verdict <= is_unknown; verdict++) {
            parts.findings[rule][verdict] = keep_finding(rule, (enum verdict)verdict);
        }
        parts.missing[rule] = keep_missing(rule_paths[rule]);
    }
    uint8_t *at = bytes;
    for (int rule = 0; rule < rule_count; rule++) at = put_bytes(at, parts.findings[rule][passes]);
    parts.all_pass = keep(bytes, (size_t)(at - bytes));
    parts.missing_base = keep_missing(base_path);
    parts.missing_subject = keep_missing("subject_id");
    parts.missing_awards = keep_missing("prior_awards");
    parts.binding_cap = keep(bytes, (size_t)(put_text(bytes, 8 << 3 | 2, in_c(cap_id)) - bytes));
    at = put_text(bytes, 1 << 3 | 2, in_c(cap_id));
    at = put_number(at, 2 << 3, cap_limit);
    parts.cap_head = keep(bytes, (size_t)(at - bytes));
    parts.untouched_cap = keep(bytes, (size_t)(put_cap(bytes, 0, cap_limit, false) - bytes));
}

int main(int count, char **arguments) {
    reference = read_reference(count == 2 ? arguments[1] : NULL);
    encode_parts();
    return serve(answer);
}
