package io.tokenledger.forwarder.reconcile;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares a provider's files with the ledger, tokens per class first and money second, by the
 * provider's UTC days.
 */
public final class Reconciliation {
  /** A day's difference that needs no explanation. */
  private static final BigDecimal ROUNDING = new BigDecimal("0.005");

  private static final String WHOLE = "";

  /**
   * How to compare.
   *
   * @param lastSettled later days may still change at the provider: they are left out
   * @param whole true: all accounts together, for bills or rows that name none
   */
  public record Terms(YearMonth month, LocalDate lastSettled, boolean whole) {}

  /** Both sides of one account's day. */
  private static final class Day {
    final Map<BillLine.Kind, BigDecimal> billed = new EnumMap<>(BillLine.Kind.class);
    final Map<BillLine.Kind, BigDecimal> metered = new EnumMap<>(BillLine.Kind.class);
    BigDecimal invoice = BigDecimal.ZERO;
    BigDecimal known = BigDecimal.ZERO;
    BigDecimal assumed = BigDecimal.ZERO;
    long unreported;

    boolean tokensAgree() {
      return !billed.isEmpty()
          && metered.entrySet().stream()
              .allMatch(
                  entry ->
                      billed
                              .getOrDefault(entry.getKey(), BigDecimal.ZERO)
                              .compareTo(entry.getValue())
                          == 0);
    }
  }

  private final Terms terms;
  private final LedgerMonth ledger;
  private final SortedMap<String, SortedMap<LocalDate, Day>> accounts = new TreeMap<>();
  private final SortedSet<String> seen = new TreeSet<>();

  private Reconciliation(Terms terms, LedgerMonth ledger) {
    this.terms = terms;
    this.ledger = ledger;
  }

  /** One waterfall per account, in order of the accounts' names. */
  public static List<Waterfall> of(Terms terms, Bill bill, LedgerMonth ledger) {
    Reconciliation reconciliation = new Reconciliation(terms, ledger);
    bill.lines().forEach(reconciliation::add);
    ledger.days().forEach(reconciliation::add);
    List<Waterfall> waterfalls = new ArrayList<>();
    reconciliation.accounts.forEach(
        (account, days) -> waterfalls.add(reconciliation.waterfall(account, days)));
    return waterfalls;
  }

  private void add(BillLine line) {
    if (!isCompared(line.day())) {
      return;
    }
    Day day = day(line.account(), line.day());
    if (line.quantity() != null) {
      day.billed.merge(line.kind(), line.quantity(), BigDecimal::add);
    }
    if (line.amountUsd() != null) {
      day.invoice = day.invoice.add(line.amountUsd());
    }
  }

  private void add(LedgerDay metered) {
    if (!isCompared(metered.day())) {
      return;
    }
    Day day = day(metered.account(), metered.day());
    metered.tokens().forEach((kind, count) -> day.metered.merge(kind, count, BigDecimal::add));
    day.known = day.known.add(metered.known());
    day.assumed = day.assumed.add(metered.assumed());
    day.unreported += metered.unreported();
    seen.add(key(metered.account()));
  }

  private boolean isCompared(LocalDate day) {
    return YearMonth.from(day).equals(terms.month()) && !day.isAfter(terms.lastSettled());
  }

  private Day day(String account, LocalDate day) {
    return accounts
        .computeIfAbsent(key(account), name -> new TreeMap<>())
        .computeIfAbsent(day, date -> new Day());
  }

  private String key(String account) {
    return terms.whole() || account == null ? WHOLE : account;
  }

  private Waterfall waterfall(String account, SortedMap<LocalDate, Day> days) {
    BigDecimal invoice = BigDecimal.ZERO;
    BigDecimal known = BigDecimal.ZERO;
    BigDecimal assumed = BigDecimal.ZERO;
    BigDecimal unreported = BigDecimal.ZERO;
    BigDecimal gaps = BigDecimal.ZERO;
    BigDecimal neverSeen = BigDecimal.ZERO;
    BigDecimal difference = BigDecimal.ZERO;
    for (Map.Entry<LocalDate, Day> entry : days.entrySet()) {
      Day day = entry.getValue();
      invoice = invoice.add(day.invoice);
      known = known.add(day.known);
      assumed = assumed.add(day.assumed);
      BigDecimal rest = day.invoice.subtract(day.known).subtract(day.assumed);
      if (rest.compareTo(ROUNDING) < 0 || day.tokensAgree()) {
        difference = difference.add(rest);
      } else if (day.unreported > 0) {
        unreported = unreported.add(rest);
      } else if (ledger.gapDays().contains(entry.getKey())) {
        gaps = gaps.add(rest);
      } else {
        neverSeen = neverSeen.add(rest);
      }
    }
    return new Waterfall(
        account.equals(WHOLE) ? null : account,
        invoice,
        known,
        assumed,
        unreported,
        gaps,
        neverSeen,
        difference,
        seen.contains(account),
        sums(days.values().stream().map(day -> day.billed).toList()),
        sums(days.values().stream().map(day -> day.metered).toList()));
  }

  private static Map<String, BigDecimal> sums(List<Map<BillLine.Kind, BigDecimal>> days) {
    Map<String, BigDecimal> sums = new TreeMap<>();
    for (Map<BillLine.Kind, BigDecimal> day : days) {
      day.forEach(
          (kind, count) ->
              sums.merge(kind.name().toLowerCase(Locale.ROOT), count, BigDecimal::add));
    }
    return sums;
  }
}
