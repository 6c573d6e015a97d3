package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.provider.HostPattern;
import io.tokenledger.record.UsageField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a host of the OpenAI family departs from OpenAI. One parser reads them all; a host is a row
 * of such data, made from {@link #OPENAI} by the methods below, each of which gives a changed copy.
 * Immutable, thread-safe.
 */
public final class HostTraits {
  /** Where the reasoning tokens of chat completions are. */
  public enum Reasoning {
    /** Inside the output or beside it: whichever the provider's own total adds up to. */
    BY_TOTAL,
    /** Beside the output, and left out of the total, too. */
    OUTSIDE_TOTAL,
    /** Named nowhere: what the total has beyond prompt and completion. */
    ONLY_IN_TOTAL
  }

  /**
   * OpenAI itself, and every host that nobody described. A cost that such a host reports may be
   * anything, so it is taken for an estimate.
   */
  public static final HostTraits OPENAI =
      new HostTraits()
          .header("x-request-id", UsageField.REQUEST_ID)
          .limits("requests", "tokens", "tokens_usage_based", "input-images");

  private final Map<String, UsageField<String>> headerColumns = new LinkedHashMap<>();
  private final List<String> keptHeaders = new ArrayList<>();
  private final Map<String, UsageField<String>> fieldColumns = new LinkedHashMap<>();
  private final Map<String, String> keptFields = new LinkedHashMap<>();
  private final List<HostPattern> regionHosts = new ArrayList<>();
  private final List<String> breakdowns = new ArrayList<>();
  private Reasoning reasoning = Reasoning.BY_TOTAL;
  private String costKind = "estimate";
  private boolean unasked;
  private boolean pages;
  private boolean placeInPath;

  private HostTraits() {}

  private HostTraits(HostTraits other) {
    headerColumns.putAll(other.headerColumns);
    keptHeaders.addAll(other.keptHeaders);
    fieldColumns.putAll(other.fieldColumns);
    keptFields.putAll(other.keptFields);
    regionHosts.addAll(other.regionHosts);
    breakdowns.addAll(other.breakdowns);
    reasoning = other.reasoning;
    costKind = other.costKind;
    unasked = other.unasked;
    pages = other.pages;
    placeInPath = other.placeInPath;
  }

  public HostTraits reasoning(Reasoning where) {
    HostTraits copy = new HostTraits(this);
    copy.reasoning = where;
    return copy;
  }

  /** The {@code cost} in the usage object is what the host charges. */
  public HostTraits chargesItsCost() {
    HostTraits copy = new HostTraits(this);
    copy.costKind = "charged";
    return copy;
  }

  /** Streams report usage though the request did not ask for it. */
  public HostTraits reportsUnasked() {
    HostTraits copy = new HostTraits(this);
    copy.unasked = true;
    return copy;
  }

  /** The host reads text off pages ({@code /ocr}). */
  public HostTraits readsPages() {
    HostTraits copy = new HostTraits(this);
    copy.pages = true;
    return copy;
  }

  /** Region and project stand in the path, below {@code /locations/} and {@code /projects/}. */
  public HostTraits namesItsPlaceInThePath() {
    HostTraits copy = new HostTraits(this);
    copy.placeInPath = true;
    return copy;
  }

  /** A response header that fills a column which no header before it did. */
  public HostTraits header(String name, UsageField<String> column) {
    HostTraits copy = new HostTraits(this);
    copy.headerColumns.put(name, column);
    return copy;
  }

  /** Response headers to keep in {@code metadata}. */
  public HostTraits keepsHeaders(String... names) {
    HostTraits copy = new HostTraits(this);
    copy.keptHeaders.addAll(List.of(names));
    return copy;
  }

  /** Rate limits of further kinds, such as {@code requests} or {@code tokens-minute}. */
  public HostTraits limits(String... kinds) {
    HostTraits copy = new HostTraits(this);
    for (String value : List.of("limit", "remaining", "reset")) {
      for (String kind : kinds) {
        copy.keptHeaders.add("x-ratelimit-" + value + "-" + kind);
      }
    }
    return copy;
  }

  /** A field of the response that fills a column which no field before it did. */
  public HostTraits field(String path, UsageField<String> column) {
    HostTraits copy = new HostTraits(this);
    copy.fieldColumns.put(path, column);
    return copy;
  }

  /** A field of the response to keep in {@code metadata} under a name. */
  public HostTraits keepsField(String path, String name) {
    HostTraits copy = new HostTraits(this);
    copy.keptFields.put(path, name);
    return copy;
  }

  /** Paths of the response that may hold a compound system's usage by model. */
  public HostTraits breaksUsageDown(String... paths) {
    HostTraits copy = new HostTraits(this);
    copy.breakdowns.addAll(List.of(paths));
    return copy;
  }

  /** Hosts whose star is the region. */
  public HostTraits regions(String... hosts) {
    HostTraits copy = new HostTraits(this);
    for (String host : hosts) {
      copy.regionHosts.add(HostPattern.of(host));
    }
    return copy;
  }

  Reasoning reasoning() {
    return reasoning;
  }

  /** What a {@code cost} in the usage object is, as {@code reported_cost_kind} has it. */
  String costKind() {
    return costKind;
  }

  boolean unasked() {
    return unasked;
  }

  boolean pages() {
    return pages;
  }

  boolean placeInPath() {
    return placeInPath;
  }

  Map<String, UsageField<String>> headerColumns() {
    return headerColumns;
  }

  List<String> keptHeaders() {
    return keptHeaders;
  }

  Map<String, UsageField<String>> fieldColumns() {
    return fieldColumns;
  }

  Map<String, String> keptFields() {
    return keptFields;
  }

  List<String> breakdowns() {
    return breakdowns;
  }

  /** The region that a host's name has, or null. */
  String region(String host) {
    for (HostPattern pattern : regionHosts) {
      if (pattern.matches(host)) {
        return pattern.atStar(host);
      }
    }
    return null;
  }
}
