package io.tokenledger.forwarder.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.math.BigDecimal;

/** A report as JSON: exact decimals, null for what is not known. */
public final class ReportJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  private ReportJson() {}

  public static void print(Report report, PrintWriter out) {
    ObjectNode json = MAPPER.createObjectNode();
    ObjectNode period = json.putObject("period");
    period.put("from", report.period().from() == null ? null : report.period().from().toString());
    period.put("to", report.period().to() == null ? null : report.period().to().toString());
    period.put("time_zone", "UTC");
    json.put("ledger", report.ledger());
    json.put("currency", "USD");
    figures(json.putObject("total"), report.total());
    for (Dimension dimension : Dimension.values()) {
      if (dimension != Dimension.TOTAL) {
        ArrayNode groups = json.putArray("by_" + dimension.text());
        for (Group group : report.by(dimension)) {
          ObjectNode object = groups.addObject();
          object.put(dimension.text(), group.name());
          figures(object, group.figures());
        }
      }
    }
    ArrayNode remarks = json.putArray("remarks");
    for (Remark remark : report.remarks()) {
      ObjectNode object = remarks.addObject();
      object.put("kind", remark.kind().text());
      object.put("detail", remark.detail());
      object.put("count", remark.count());
      object.put("cost_usd", plain(remark.costUsd()));
    }
    try {
      out.println(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void figures(ObjectNode object, Figures figures) {
    object.put("calls", figures.calls());
    object.put("input_tokens", plain(figures.inputTokens()));
    object.put("cache_read_tokens", plain(figures.cacheReadTokens()));
    object.put("cache_write_tokens", plain(figures.cacheWriteTokens()));
    object.put("output_tokens", plain(figures.outputTokens()));
    object.put("tokens_are_lower_bound", figures.tokensAreLowerBound());
    object.put("cost_usd", plain(figures.costUsd()));
    object.put("cost_is_lower_bound", figures.costIsLowerBound());
    object.put("unpriced", figures.unpriced());
    object.put("unreported", figures.unreported());
    object.put("lower_bounds", figures.lowerBounds());
    object.put("assumed", figures.assumed());
  }

  static BigDecimal plain(BigDecimal value) {
    if (value == null) {
      return null;
    }
    BigDecimal stripped = value.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }
}
