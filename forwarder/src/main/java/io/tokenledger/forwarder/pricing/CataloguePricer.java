package io.tokenledger.forwarder.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Prices rows by a catalogue. What the arithmetic is, and what each note and reason means, stands
 * in {@code docs/pricing.md}; a change here is a change there.
 */
public final class CataloguePricer implements Pricer {
  private static final String FROM_CATALOGUE = "catalogue";
  private static final String FROM_PROVIDER = "reported";

  private final Catalogue catalogue;

  public CataloguePricer(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  @Override
  public RowCost price(UsageRecord usage) {
    Set<PriceNote> notes = EnumSet.noneOf(PriceNote.class);
    TokenCounts counts = TokenCounts.of(usage);
    JsonNode iterations = Json.parse(usage.get(UsageField.ITERATIONS));
    boolean byIteration = iterations.isArray() && !iterations.isEmpty();
    UnpricedReason unknown = byIteration ? null : RowFacts.whyUnknown(usage, counts);
    if (unknown != null) {
      return RowCost.unpriced(unknown, List.of());
    }
    Catalogue.Found found = find(usage, RowFacts.model(usage, notes), notes);
    if (found.sheet() == null) {
      return unpriced(usage, found.reason(), notes);
    }
    if (RowFacts.isLowerBound(usage, counts, byIteration)) {
      notes.add(PriceNote.LOWER_BOUND);
    }
    TokenCost tokens =
        byIteration
            ? priceIterations(usage, iterations, found.sheet(), notes)
            : TokenCost.of(counts, found.sheet(), notes);
    if (tokens.reason() != null) {
      return unpriced(usage, tokens.reason(), notes);
    }
    ToolCost tools = ToolCost.of(usage, found.sheet(), catalogue);
    if (tools.rateMissing()) {
      return unpriced(usage, UnpricedReason.NO_TOOL_RATE, notes);
    }
    BigDecimal total = Money.add(tokens.total(), tools.amount());
    if (byIteration) {
      chargeToolsTo(iterations.get(0), tools.amount());
    }
    return new RowCost(
        total,
        total,
        tokens.input(),
        tokens.output(),
        tokens.cacheRead(),
        tokens.cacheWrite(),
        tools.amount(),
        tokens.cacheSavings(),
        FROM_CATALOGUE,
        found.sheet().id(),
        texts(notes),
        null,
        byIteration ? iterations.toString() : null);
  }

  /**
   * Prices each iteration by its own model and length, and writes the result into it. The row has a
   * cost only if each iteration has one.
   */
  private TokenCost priceIterations(
      UsageRecord usage, JsonNode iterations, PriceSheet ownSheet, Set<PriceNote> notes) {
    TokenCost sum = null;
    UnpricedReason missing = null;
    for (JsonNode iteration : iterations) {
      String model = iteration.path("model").textValue();
      Catalogue.Found found =
          model == null ? new Catalogue.Found(ownSheet, null) : find(usage, model, notes);
      TokenCounts counts = TokenCounts.of(iteration);
      TokenCost cost =
          found.sheet() == null
              ? TokenCost.unpriced(found.reason())
              : counts.areUnknown()
                  ? TokenCost.unpriced(UnpricedReason.USAGE_UNKNOWN)
                  : TokenCost.of(counts, found.sheet(), notes);
      if (iteration.path("type").asText().startsWith("fallback")) {
        notes.add(PriceNote.FALLBACK_BILLING_ASSUMED);
      }
      if (iteration instanceof ObjectNode written) {
        describe(written, cost, found.sheet());
      }
      if (cost.reason() != null) {
        missing = cost.reason();
      } else {
        sum = sum == null ? cost : sum.plus(cost);
      }
    }
    return missing == null ? sum : TokenCost.unpriced(missing);
  }

  /** Tools are counted per row: the first iteration carries them, so that iterations add up. */
  private static void chargeToolsTo(JsonNode first, BigDecimal toolCost) {
    if (toolCost != null && first instanceof ObjectNode iteration) {
      iteration.put("cost_usd", iteration.path("cost_usd").decimalValue().add(toolCost));
      iteration.put("tool_cost_usd", toolCost);
    }
  }

  private static void describe(ObjectNode iteration, TokenCost cost, PriceSheet sheet) {
    if (cost.reason() == null) {
      iteration.put("cost_usd", cost.total());
      iteration.put("price_id", sheet.id());
    } else {
      iteration.put("unpriced_reason", cost.reason().text());
    }
  }

  private Catalogue.Found find(UsageRecord usage, String model, Set<PriceNote> notes) {
    return catalogue.find(
        new Catalogue.Query(
            usage.get(UsageField.PROVIDER),
            model,
            RowFacts.servedTier(usage),
            usage.get(UsageField.REQUESTED_SERVICE_TIER),
            RowFacts.region(usage),
            usage.get(UsageField.TIMESTAMP)),
        notes);
  }

  /** Without a catalogue price, a cost that the provider says it charges is the cost. */
  private static RowCost unpriced(UsageRecord usage, UnpricedReason reason, Set<PriceNote> notes) {
    BigDecimal reported = usage.get(UsageField.REPORTED_COST_USD);
    boolean charged = "charged".equals(usage.get(UsageField.REPORTED_COST_KIND));
    if (reason == UnpricedReason.UNKNOWN_MODEL
        && charged
        && reported != null
        && reported.signum() > 0) {
      return new RowCost(
          reported,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          FROM_PROVIDER,
          null,
          texts(notes),
          null,
          null);
    }
    return RowCost.unpriced(reason, texts(notes));
  }

  private static List<String> texts(Set<PriceNote> notes) {
    return notes.stream().map(PriceNote::text).sorted().toList();
  }
}
