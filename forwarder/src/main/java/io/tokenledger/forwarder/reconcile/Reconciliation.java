package io.tokenledger.forwarder.reconcile;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares a provider's files with the ledger, tokens per class first and money second, by the
 * provider's UTC days.
 */
public final class Reconciliation {
  /** A day's difference that needs no explanation. */
  private static final BigDecimal ROUNDING = new BigDecimal("0.005");

  private static final String NONE_NAMED = "";

  /**
   * How to compare.
   *
   * @param lastSettled later days may still change at the provider: they are left out
   * @param whole true: all accounts together, for bills or rows that name none
   * @param keys the user's names: the provider's id of an API key to the ledger's fingerprint
   */
  public record Terms(
      YearMonth month, LocalDate lastSettled, boolean whole, Map<String, String> keys) {
    /** The month's days that are settled. */
    Stream<LocalDate> days() {
      return month.atDay(1).datesUntil(month.plusMonths(1).atDay(1)).filter(this::compare);
    }

    boolean compare(LocalDate day) {
      return YearMonth.from(day).equals(month) && !day.isAfter(lastSettled);
    }
  }

  /** Both sides of one account's day. */
  private static final class Day {
    final DailyTokens billed = new DailyTokens();
    final DailyTokens metered = new DailyTokens();
    BigDecimal invoice = BigDecimal.ZERO;
    BigDecimal known = BigDecimal.ZERO;
    BigDecimal assumed = BigDecimal.ZERO;
    long unknownRows;

    boolean tokensAgree() {
      return !billed.isEmpty() && billed.agreesWith(metered);
    }
  }

  private final Terms terms;
  private final Set<LocalDate> gapDays;
  private final KeyMatcher keys;
  private final Set<String> billedAccounts;
  private final SortedMap<String, SortedMap<LocalDate, Day>> accounts = new TreeMap<>();
  private final SortedSet<String> seen = new TreeSet<>();

  private Reconciliation(
      Terms terms, List<BillLine> bill, List<LedgerDay> days, Set<LocalDate> gaps) {
    this.terms = terms;
    this.gapDays = gaps;
    this.keys = new KeyMatcher(bill, days, terms.keys());
    this.billedAccounts =
        bill.stream()
            .map(BillLine::account)
            .filter(account -> account != null)
            .collect(Collectors.toSet());
    bill.forEach(this::add);
    days.forEach(this::add);
  }

  /**
   * Compares the days that the bill speaks of.
   *
   * @throws BillException when these are none
   */
  public static Comparison of(Terms terms, Bill bill, LedgerMonth ledger) {
    List<LocalDate> leftOut = terms.days().filter(day -> !bill.covers(day)).toList();
    if (leftOut.size() == terms.days().count()) {
      throw new BillException(
          "The bill says nothing of any settled day of "
              + terms.month()
              + ": give files that do, or another --month.");
    }
    Predicate<LocalDate> isCompared = day -> terms.compare(day) && bill.covers(day);
    Reconciliation reconciliation =
        new Reconciliation(
            terms,
            bill.lines().stream().filter(line -> isCompared.test(line.day())).toList(),
            ledger.days().stream().filter(day -> isCompared.test(day.day())).toList(),
            ledger.gapDays());
    List<Waterfall> waterfalls = new ArrayList<>();
    reconciliation.accounts.forEach(
        (account, days) -> waterfalls.add(reconciliation.waterfall(account, days)));
    return new Comparison(
        terms,
        leftOut,
        waterfalls.stream().map(each -> bill.prices() ? each : each.withoutInvoice()).toList());
  }

  private void add(BillLine line) {
    Day day = day(named(line.account()), line.day());
    if (line.counts()) {
      day.billed.add(line.day(), line.kind(), line.quantity());
    }
    if (line.amountUsd() != null) {
      day.invoice = day.invoice.add(line.amountUsd());
    }
  }

  private void add(LedgerDay metered) {
    String account = account(metered);
    Day day = day(account, metered.day());
    metered.tokens().forEach((kind, count) -> day.metered.add(metered.day(), kind, count));
    day.known = day.known.add(metered.known());
    day.assumed = day.assumed.add(metered.assumed());
    day.unknownRows += metered.unreported();
    seen.add(account);
  }

  /**
   * Who pays for a row, in the bill's words: what the call said of its project, else the account of
   * its key, else its organisation where the bill has such an account.
   */
  private String account(LedgerDay metered) {
    if (metered.project() != null) {
      return named(metered.project());
    }
    String key =
        metered.fingerprint() == null ? null : keys.key(metered.fingerprint()).orElse(null);
    if (key != null) {
      return named(keys.account(key));
    }
    return named(billedAccounts.contains(metered.organization()) ? metered.organization() : null);
  }

  private String named(String account) {
    return terms.whole() || account == null ? NONE_NAMED : account;
  }

  private Day day(String account, LocalDate day) {
    return accounts
        .computeIfAbsent(account, name -> new TreeMap<>())
        .computeIfAbsent(day, date -> new Day());
  }

  private Waterfall waterfall(String account, SortedMap<LocalDate, Day> days) {
    BigDecimal invoice = BigDecimal.ZERO;
    BigDecimal known = BigDecimal.ZERO;
    BigDecimal assumed = BigDecimal.ZERO;
    BigDecimal unreported = BigDecimal.ZERO;
    BigDecimal gaps = BigDecimal.ZERO;
    BigDecimal neverSeen = BigDecimal.ZERO;
    BigDecimal difference = BigDecimal.ZERO;
    long unknownRows = 0;
    DailyTokens billed = new DailyTokens();
    DailyTokens metered = new DailyTokens();
    for (Map.Entry<LocalDate, Day> entry : days.entrySet()) {
      Day day = entry.getValue();
      billed.addAll(day.billed);
      metered.addAll(day.metered);
      invoice = invoice.add(day.invoice);
      known = known.add(day.known);
      assumed = assumed.add(day.assumed);
      unknownRows += day.unknownRows;
      BigDecimal rest = day.invoice.subtract(day.known).subtract(day.assumed);
      if (rest.compareTo(ROUNDING) < 0 || day.tokensAgree()) {
        difference = difference.add(rest);
      } else if (day.unknownRows > 0) {
        unreported = unreported.add(rest);
      } else if (gapDays.contains(entry.getKey())) {
        gaps = gaps.add(rest);
      } else {
        neverSeen = neverSeen.add(rest);
      }
    }
    boolean isSeen = seen.contains(account);
    Predicate<String> ofAccount = other -> named(other).equals(account);
    return new Waterfall(
        account.equals(NONE_NAMED) ? null : account,
        invoice,
        known,
        assumed,
        unreported,
        gaps,
        neverSeen,
        difference,
        isSeen,
        unknownRows,
        billed.sums(),
        metered.sums(),
        keys.keys(ofAccount, isSeen));
  }
}
