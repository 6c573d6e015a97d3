package io.tokenledger.forwarder.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokenledger.forwarder.export.FocusCharges.Charge;
import java.io.IOException;
import java.io.Writer;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;

/**
 * Rows as FOCUS (FinOps Open Cost and Usage Specification) {@value #VERSION}, CSV: all columns that
 * version makes mandatory, the conditional ones that the ledger knows, own ones with {@code x_}.
 * FOCUS has no unknown cost, so rows without one are left out and counted, as are those that are
 * billed or counted elsewhere.
 */
final class FocusRows implements RowWriter {
  static final String VERSION = "1.2";

  static final List<String> COLUMNS =
      List.of(
          "BilledCost",
          "BillingAccountId",
          "BillingAccountName",
          "BillingCurrency",
          "BillingPeriodEnd",
          "BillingPeriodStart",
          "ChargeCategory",
          "ChargeClass",
          "ChargeDescription",
          "ChargeFrequency",
          "ChargePeriodEnd",
          "ChargePeriodStart",
          "ConsumedQuantity",
          "ConsumedUnit",
          "ContractedCost",
          "EffectiveCost",
          "InvoiceIssuerName",
          "ListCost",
          "PricingCategory",
          "PricingQuantity",
          "PricingUnit",
          "ProviderName",
          "PublisherName",
          "RegionId",
          "ServiceCategory",
          "ServiceName",
          "ServiceSubcategory",
          "SkuId",
          "SkuMeter",
          "SkuPriceId",
          "SubAccountId",
          "Tags",
          "x_FocusVersion",
          "x_BilledCostKind",
          "x_ChargeClass",
          "x_EventId",
          "x_IngestedAt",
          "x_PriceNotes");

  private static final List<String> TAGS =
      List.of("app_name", "environment", "team", "feature", "project", "cost_center");
  private static final String UNKNOWN = "unknown";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final CsvLine line;
  private long unpriced;
  private long billedElsewhere;
  private long repeats;

  FocusRows(Writer out) {
    this.line = new CsvLine(out);
  }

  @Override
  public void begin(ResultSet result) throws IOException {
    for (String column : COLUMNS) {
      line.field(column);
    }
    line.end();
  }

  @Override
  public void row(ResultSet row) throws IOException, SQLException {
    if (isRepeat(row.getArray("usage_note"))) {
      repeats++;
    } else if (!row.getBoolean("billed")) {
      billedElsewhere++;
    } else if (row.getBigDecimal("cost_usd") == null) {
      unpriced++;
    } else {
      for (Charge charge : FocusCharges.of(row)) {
        write(row, charge);
      }
    }
  }

  @Override
  public String leftOut() {
    return unpriced + billedElsewhere + repeats == 0
        ? ""
        : "Left out, since FOCUS has no place for them: "
            + unpriced
            + " rows without a cost, "
            + billedElsewhere
            + " billed elsewhere, "
            + repeats
            + " counted on another row.";
  }

  private void write(ResultSet row, Charge charge) throws IOException, SQLException {
    OffsetDateTime at =
        row.getObject("timestamp", OffsetDateTime.class).withOffsetSameInstant(ZoneOffset.UTC);
    OffsetDateTime hour = at.truncatedTo(ChronoUnit.HOURS);
    OffsetDateTime month = at.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
    String provider = or(row.getString("provider"), UNKNOWN);
    String billed = ColumnText.plain(charge.billed());
    String quantity = ColumnText.plain(charge.quantity());
    line.field(billed)
        .field(or(row.getString("billing_account"), UNKNOWN))
        .field(null)
        .field("USD")
        .field(month.plusMonths(1).toInstant().toString())
        .field(month.toInstant().toString())
        .field("Usage")
        .field(null)
        .field(charge.kind() + " of " + or(charge.model(), UNKNOWN))
        .field("Usage-Based")
        .field(hour.plusHours(1).toInstant().toString())
        .field(hour.toInstant().toString())
        .field(quantity)
        .field(charge.unit())
        .field(billed)
        .field(billed)
        .field(provider)
        .field(ColumnText.plain(charge.list()))
        .field("Standard")
        .field(quantity)
        .field(charge.unit())
        .field(provider)
        .field(or(row.getString("upstream_provider"), provider))
        .field(row.getString("region"))
        .field("AI and Machine Learning")
        .field(or(row.getString("api"), UNKNOWN))
        .field("Generative AI")
        .field(charge.model())
        .field(charge.kind())
        .field(charge.priceId() == null ? null : charge.priceId() + "/" + charge.kind())
        .field(row.getString("billing_project"))
        .field(tags(row))
        .field(VERSION)
        .field("reported".equals(row.getString("cost_source")) ? "reported" : "estimate")
        .field(charge.kind())
        .field(row.getString("event_id"))
        .field(row.getObject("ingested_at", OffsetDateTime.class).toInstant().toString())
        .field(notes(row.getArray("price_notes")))
        .end();
  }

  private static String tags(ResultSet row) throws SQLException {
    ObjectNode tags = JSON.createObjectNode();
    for (String tag : TAGS) {
      String value = row.getString(tag);
      if (value != null) {
        tags.put(tag, value);
      }
    }
    return tags.toString();
  }

  private static boolean isRepeat(Array notes) throws SQLException {
    return notes != null
        && Arrays.asList((Object[]) notes.getArray()).contains("counted_elsewhere");
  }

  private static String notes(Array notes) throws SQLException {
    return notes == null ? null : String.join(" ", (String[]) notes.getArray());
  }

  private static String or(String value, String otherwise) {
    return value == null ? otherwise : value;
  }
}
