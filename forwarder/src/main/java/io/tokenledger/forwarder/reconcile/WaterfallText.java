package io.tokenledger.forwarder.reconcile;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
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

  public static void print(
      List<Waterfall> waterfalls, Reconciliation.Terms terms, PrintWriter out) {
    for (Waterfall waterfall : waterfalls) {
      out.println(
          "Account "
              + (waterfall.account() == null ? "(none named)" : waterfall.account())
              + (waterfall.seen() ? "" : ": on the bill, never seen by an agent"));
      printTokens(waterfall, out);
      printKeys(waterfall, out);
      line(out, "invoice", waterfall.invoice());
      line(out, "= known", waterfall.known());
      line(out, "+ assumed", waterfall.assumed());
      line(out, "+ unreported", waterfall.unreported());
      line(out, "+ gaps", waterfall.gaps());
      line(out, "+ never seen", waterfall.neverSeen());
      line(out, "+ difference", waterfall.difference());
      out.println();
    }
    out.println(
        terms.month()
            + ", UTC days until "
            + terms.lastSettled()
            + "; later ones may still change at the provider.");
    out.println("USD before tax, credits and commitments.");
  }

  public static void printJson(
      List<Waterfall> waterfalls, Reconciliation.Terms terms, PrintWriter out) {
    ObjectNode root = JSON.createObjectNode();
    root.put("month", terms.month().toString());
    root.put("last_settled_day", terms.lastSettled().toString());
    root.put("currency", "USD");
    ArrayNode accounts = root.putArray("accounts");
    for (Waterfall waterfall : waterfalls) {
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
      BigDecimal tokens = key.tokens().values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
      String status =
          switch (key.status()) {
            case SEEN -> "seen as " + key.fingerprint();
            case NEVER_SEEN -> "on the bill, never seen by an agent";
            case UNMATCHED -> "which of the ledger's keys it is, nothing tells: name it with --key";
          };
      out.println(
          String.format(
              Locale.ROOT, "  key %s: %,d tokens, %s", key.key(), tokens.toBigInteger(), status));
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
              "  %-14s bill %,d, ledger %,d, missing %,d",
              kind,
              billed.toBigInteger(),
              metered.toBigInteger(),
              billed.subtract(metered).toBigInteger()));
    }
  }

  private static void line(PrintWriter out, String name, BigDecimal usd) {
    out.println(
        String.format(
            Locale.ROOT, "  %-14s %,18.6f", name, usd.setScale(6, RoundingMode.HALF_EVEN)));
  }
}
