package io.tokenledger.forwarder.report;

import java.math.BigDecimal;
import java.util.Locale;

/**
 * Something that the totals do not say.
 *
 * @param detail which reason, note or kind
 * @param count calls; for {@code COVERAGE} those without all of their usage; for gaps and dead
 *     letters entries
 * @param costUsd what these cost where that is known; null otherwise
 */
public record Remark(Kind kind, String detail, long count, BigDecimal costUsd) {
  /** In the order in which a report shows them. */
  public enum Kind {
    /** Usage known, no price. */
    UNPRICED,
    /** No usage reported, so tokens and cost are unknown. */
    UNREPORTED,
    /** Answers whose usage could not be read: a provider may have changed its format. */
    COVERAGE,
    /** Calls that look like a model's, to hosts that nobody listed. */
    UNLISTED_HOST,
    /** Counted in part: the provider charges this or more. */
    LOWER_BOUND,
    /** Priced on an assumption. */
    ASSUMED,
    /** Tokens above zero that cost 0, and nothing calls the model free. */
    ZERO_COST,
    /** Tokens above zero that cost 0, as a price file or the gateway's rule says. */
    FREE,
    /** Errors without usage. */
    NOT_BILLED,
    /** {@code billed = false}: metered here, paid elsewhere; in no total. */
    BILLED_ELSEWHERE,
    /** Repeats of a report that another row counts; in no total. */
    REPEAT,
    /** Rows that came after their month was closed; in the totals. */
    SINCE_CLOSE,
    /** Rows that retention dropped: what the daily rollup keeps of them; in no total. */
    ROWS_DROPPED,
    /** Exchanges known to be missing. */
    GAP,
    /** Records that could not be read or stored. */
    DEAD_LETTER;

    /** The name in JSON and CSV. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
