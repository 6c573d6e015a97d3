package io.tokenledger.forwarder.report;

import io.tokenledger.forwarder.pricing.Charge;
import io.tokenledger.forwarder.pricing.PriceFile;
import io.tokenledger.forwarder.pricing.PriceSheet;
import io.tokenledger.forwarder.pricing.Pricing;
import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.forwarder.store.EventRow;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The arithmetic of one row, for a reader who recomputes it: exact, nothing rounded. */
public final class ExplanationText {
  private static final List<UsageField<?>> FACTS =
      List.of(
          UsageField.PROVIDER,
          UsageField.API,
          UsageField.HOST,
          UsageField.REQUEST_MODEL,
          UsageField.MODEL,
          UsageField.DEPLOYMENT,
          UsageField.UPSTREAM_PROVIDER,
          UsageField.REQUESTED_SERVICE_TIER,
          UsageField.SERVICE_TIER,
          UsageField.REGION,
          UsageField.INFERENCE_GEO,
          UsageField.BATCH_ID,
          UsageField.STATUS,
          UsageField.COMPLETION,
          UsageField.USAGE_NOTE,
          UsageField.INPUT_TOKENS,
          UsageField.CACHE_READ_TOKENS,
          UsageField.CACHE_WRITE_TOKENS,
          UsageField.CACHE_WRITE_5M_TOKENS,
          UsageField.CACHE_WRITE_1H_TOKENS,
          UsageField.AUDIO_INPUT_TOKENS,
          UsageField.IMAGE_INPUT_TOKENS,
          UsageField.OUTPUT_TOKENS,
          UsageField.REASONING_TOKENS,
          UsageField.AUDIO_OUTPUT_TOKENS,
          UsageField.IMAGE_OUTPUT_TOKENS,
          UsageField.SERVER_TOOL_REQUESTS,
          UsageField.BILLABLE);

  private final PrintWriter out;

  private ExplanationText(PrintWriter out) {
    this.out = out;
  }

  /**
   * Prints the row as it stands, and the arithmetic at the prices of now.
   *
   * @param pricing of the same row, at the prices that the ledger would use today
   */
  public static void print(EventRow row, Pricing pricing, PrintWriter out) {
    new ExplanationText(out).print(row, pricing);
  }

  private void print(EventRow row, Pricing pricing) {
    UsageRecord usage = row.usage();
    out.println("Event " + usage.get(UsageField.EVENT_ID));
    out.println("  timestamp                " + row.timestamp());
    for (UsageField<?> field : FACTS) {
      Object value = usage.get(field);
      if (value != null) {
        out.println(String.format("  %-24s %s", field.columnName(), value));
      }
    }
    for (Pricing.Part part : pricing.parts()) {
      printPart(part);
    }
    if (!pricing.tools().isEmpty()) {
      out.println();
      out.println("Server tools and other units of the row");
      // They are sold by the sheet of the row, as its tokens are.
      PriceFile.ExchangeRate exchange =
          pricing.parts().isEmpty() ? null : pricing.parts().get(0).exchange();
      pricing.tools().forEach(charge -> printCharge(charge, exchange));
    }
    out.println();
    RowCost now = pricing.cost();
    if (pricing.contract() != null) {
      printContract(pricing.contract(), now);
    }
    out.println(
        now.costUsd() == null
            ? "Cost: not known, because: " + now.unpricedReason()
            : "Cost: " + plain(now.costUsd()) + " USD, source: " + now.source());
    if (now.listCostUsd() != null && now.listCostUsd().compareTo(now.costUsd()) != 0) {
      out.println("List cost: " + plain(now.listCostUsd()) + " USD");
    }
    if (!now.notes().isEmpty()) {
      out.println("Notes: " + String.join(", ", now.notes()));
    }
    printReported(usage, now);
    printStored(row.cost(), now);
    out.println("Before tax, credits and commitments.");
  }

  private void printPart(Pricing.Part part) {
    out.println();
    out.println("Tokens of " + (part.name().equals("row") ? "the row" : part.name()));
    if (part.sheet() != null) {
      printSheet(part.sheet());
    }
    if (part.reason() != null) {
      out.println("  not priced: " + part.reason().name().toLowerCase(java.util.Locale.ROOT));
    }
    part.charges().forEach(charge -> printCharge(charge, part.exchange()));
    if (part.exchange() != null) {
      out.println(
          "  1 "
              + part.exchange().currency()
              + " = "
              + plain(part.exchange().usd())
              + " USD from "
              + part.exchange().from()
              + " ("
              + part.exchange().source()
              + ")");
    }
  }

  private void printSheet(PriceSheet sheet) {
    out.println("  sheet  " + sheet.id());
    out.println(
        "  valid  from "
            + (sheet.validFrom() == null ? "the beginning" : sheet.validFrom())
            + " until "
            + (sheet.validTo() == null ? "now" : sheet.validTo())
            + ", "
            + sheet.currency());
    out.println("  source " + sheet.source().name() + " (" + sheet.source().date() + ")");
    if (sheet.source().note() != null) {
      out.println("         " + sheet.source().note());
    }
  }

  /**
   * @param exchange null where the rate is in USD
   */
  private void printCharge(Charge charge, PriceFile.ExchangeRate exchange) {
    String count = plain(charge.billed());
    if (charge.billed().compareTo(charge.used()) != 0) {
      count += " (of " + plain(charge.used()) + " used)";
    }
    String per =
        charge.rate().perPowerOfTen() == 0
            ? ""
            : " / " + plain(BigDecimal.ONE.movePointRight(charge.rate().perPowerOfTen()));
    String band = charge.aboveTokens() == 0 ? "" : "  [above " + charge.aboveTokens() + " tokens]";
    out.println(
        String.format(
            "  %-24s %12s x %s%s%s = %s%s",
            charge.what(),
            count,
            plain(charge.rate().amount()),
            per,
            exchange == null ? "" : " x " + plain(exchange.usd()),
            plain(charge.amount()),
            band));
  }

  private void printContract(Pricing.Contract contract, RowCost now) {
    if (contract.discountPercent() != null) {
      out.println(
          "Contract: "
              + plain(now.listCostUsd())
              + " list less "
              + plain(contract.discountPercent())
              + " percent");
      return;
    }
    out.println("By the contract:");
    contract.parts().forEach(this::printPart);
    PriceFile.ExchangeRate exchange =
        contract.parts().isEmpty() ? null : contract.parts().get(0).exchange();
    contract.others().forEach(charge -> printCharge(charge, exchange));
  }

  private void printReported(UsageRecord usage, RowCost now) {
    BigDecimal reported = usage.get(UsageField.REPORTED_COST_USD);
    if (reported == null) {
      return;
    }
    String difference =
        now.costUsd() == null
            ? ""
            : ", ours minus theirs: " + plain(now.costUsd().subtract(reported));
    out.println(
        "Reported by the provider: "
            + plain(reported)
            + " USD ("
            + usage.get(UsageField.REPORTED_COST_KIND)
            + ")"
            + difference);
  }

  /** Prices may have changed since the row was written; repricing is the user's decision. */
  private void printStored(RowCost stored, RowCost now) {
    List<String> differences = new ArrayList<>();
    boolean sameCost =
        stored.costUsd() == null
            ? now.costUsd() == null
            : now.costUsd() != null && stored.costUsd().compareTo(now.costUsd()) == 0;
    if (!sameCost) {
      differences.add("cost_usd " + (stored.costUsd() == null ? "NULL" : plain(stored.costUsd())));
    }
    if (!Objects.equals(stored.priceId(), now.priceId())) {
      differences.add("price_id " + stored.priceId());
    }
    if (!Objects.equals(stored.unpricedReason(), now.unpricedReason())) {
      differences.add("unpriced_reason " + stored.unpricedReason());
    }
    out.println(
        differences.isEmpty()
            ? "The row in the ledger says the same."
            : "The row in the ledger says otherwise ("
                + String.join(", ", differences)
                + "): prices changed since it was priced; 'prices reprice' would bring it here.");
  }

  private static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}
