package io.tokenledger.forwarder.reconcile;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Waterfalls for the eye, rounded half to even, and as JSON, exact. */
public final class WaterfallText {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  private WaterfallText() {}

  public static void print(Comparison comparison, PrintWriter out) {
    for (Waterfall waterfall : comparison.waterfalls()) {
      out.println(
          "Account "
              + (waterfall.account() == null ? "(none named)" : waterfall.account())
              + (waterfall.seen() ? "" : ": on the bill, never seen by an agent"));
      printTokens(waterfall, out);
      printKeys(waterfall, out);
      if (waterfall.unknownRows() > 0) {
        out.printf(
            Locale.ROOT,
            "  %,d rows of the ledger have no known usage or price%n",
            waterfall.unknownRows());
      }
      line(out, "invoice", waterfall.invoice());
      line(out, "= known", waterfall.known());
      line(out, "+ assumed", waterfall.assumed());
      line(out, "+ unreported", waterfall.unreported());
      line(out, "+ gaps", waterfall.gaps());
      line(out, "+ never seen", waterfall.neverSeen());
      line(out, "+ difference", waterfall.difference());
      out.println();
    }
    printLeftOut(comparison.leftOut(), out);
    out.println(
        comparison.terms().month()
            + ", UTC days until "
            + comparison.terms().lastSettled()
            + "; later ones may still change at the provider.");
    out.println("USD before tax, credits and commitments.");
  }

  public static void printJson(Comparison comparison, PrintWriter out) {
    ObjectNode root = JSON.createObjectNode();
    root.put("month", comparison.terms().month().toString());
    root.put("last_settled_day", comparison.terms().lastSettled().toString());
    ArrayNode leftOut = root.putArray("days_not_on_the_bill");
    comparison.leftOut().forEach(day -> leftOut.add(day.toString()));
    root.put("currency", "USD");
    ArrayNode accounts = root.putArray("accounts");
    for (Waterfall waterfall : comparison.waterfalls()) {
      ObjectNode account = accounts.addObject();
      account.put("account", waterfall.account());
      account.put("seen", waterfall.seen());
      account.put("invoice", waterfall.invoice());
      account.put("known", waterfall.known());
      account.put("assumed", waterfall.assumed());
      account.put("unreported", waterfall.unreported());
      account.put("gaps", waterfall.gaps());
      account.put("never_seen", waterfall.neverSeen());
      account.put("difference", waterfall.difference());
      account.put("unknown_rows", waterfall.unknownRows());
      tokens(account.putObject("bill_tokens"), waterfall.billTokens());
      tokens(account.putObject("ledger_tokens"), waterfall.ledgerTokens());
      keys(account.putArray("keys"), waterfall.keys());
    }
    try {
      out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void tokens(ObjectNode json, Map<String, BigDecimal> tokens) {
    tokens.forEach(json::put);
  }

  private static void keys(ArrayNode json, List<BilledKey> keys) {
    for (BilledKey key : keys) {
      ObjectNode entry = json.addObject();
      entry.put("key", key.key());
      entry.put("fingerprint", key.fingerprint());
      entry.put("status", key.status().text());
      tokens(entry.putObject("bill_tokens"), key.tokens());
    }
  }

  private static void printKeys(Waterfall waterfall, PrintWriter out) {
    for (BilledKey key : waterfall.keys()) {
      String tokens =
          key.tokens().containsValue(null)
              ? "an unknown number of"
              : count(key.tokens().values().stream().reduce(BigDecimal.ZERO, BigDecimal::add));
      String status =
          switch (key.status()) {
            case SEEN -> "seen as " + key.fingerprint();
            case NEVER_SEEN -> "on the bill, never seen by an agent";
            case UNMATCHED -> "which of the ledger's keys it is, nothing tells: name it with --key";
          };
      out.println("  key " + key.key() + ": " + tokens + " tokens, " + status);
    }
  }

  private static void printTokens(Waterfall waterfall, PrintWriter out) {
    if (waterfall.billTokens().isEmpty()) {
      return; // a bill of money only
    }
    Set<String> kinds = new TreeSet<>(waterfall.billTokens().keySet());
    kinds.addAll(waterfall.ledgerTokens().keySet());
    for (String kind : kinds) {
      BigDecimal billed = waterfall.billTokens().getOrDefault(kind, BigDecimal.ZERO);
      BigDecimal metered = waterfall.ledgerTokens().getOrDefault(kind, BigDecimal.ZERO);
      out.println(
          String.format(
              Locale.ROOT,
              "  %-14s bill %s, ledger %s, missing %s",
              kind,
              count(billed),
              count(metered),
              count(billed == null ? null : billed.subtract(metered))));
    }
  }

  /** Days in a row are named by the first and the last. */
  private static void printLeftOut(List<LocalDate> days, PrintWriter out) {
    for (int first = 0; first < days.size(); ) {
      int last = first;
      while (last + 1 < days.size() && days.get(last + 1).equals(days.get(last).plusDays(1))) {
        last++;
      }
      out.println(
          "Left out: "
              + (first == last ? "" : days.get(first) + " to ")
              + days.get(last)
              + ", of which the bill says nothing, or not all that it says of other days.");
      first = last + 1;
    }
  }

  private static String count(BigDecimal tokens) {
    return tokens == null ? "unknown" : String.format(Locale.ROOT, "%,d", tokens.toBigInteger());
  }

  private static void line(PrintWriter out, String name, BigDecimal usd) {
    String amount =
        usd == null
            ? "unknown"
            : String.format(Locale.ROOT, "%,.6f", usd.setScale(6, RoundingMode.HALF_EVEN));
    out.println(String.format(Locale.ROOT, "  %-14s %18s", name, amount));
  }
}
