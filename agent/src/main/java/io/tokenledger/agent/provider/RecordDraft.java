package io.tokenledger.agent.provider;

import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A record while a surface writes it: sets columns from captured values, gathers notes and
 * metadata, and knows the rules that hold for every provider (outcome, sums, what missing usage
 * means). Ledger thread only.
 */
public final class RecordDraft {
  private static final int MIN_CLAIMED_ID = 20;

  private final Captured captured;
  private final UsageRecord.Builder record;
  private Captured.Ending ending;
  private final Set<UsageNote> notes = EnumSet.noneOf(UsageNote.class);
  private final Set<String> anomalies = new TreeSet<>();
  private final Map<String, Object> metadata = new LinkedHashMap<>();

  public RecordDraft(Captured captured, UsageRecord.Builder record) {
    this.captured = captured;
    this.record = record;
    ending = captured.ending();
    Map<String, Object> given = JsonText.parseObject(record.get(UsageField.METADATA));
    if (given != null) {
      metadata.putAll(given);
    }
  }

  public Captured captured() {
    return captured;
  }

  /** The end of the body was its proper end, as the surface knows though no event said so. */
  public void endedWhole() {
    ending = Captured.Ending.COMPLETE;
  }

  public <T> void set(UsageField<T> field, T value) {
    if (value != null) {
      record.set(field, value);
    }
  }

  /** Sets a text unless somebody (the configuration, the client) said it before. */
  public void setIfAbsent(UsageField<String> field, String value) {
    if (record.get(field) == null) {
      record.set(field, value);
    }
  }

  public <T> T get(UsageField<T> field) {
    return record.get(field);
  }

  /** The plain text of the first of these response fields that was captured, or null. */
  public String responseText(String... names) {
    return JsonText.plain(responseValue(names));
  }

  /** The value of the first of these response fields that was captured and is not null. */
  public Object responseValue(String... names) {
    for (String name : names) {
      Object value = JsonText.parse(captured.response(name));
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  /** Those of these response fields that were captured and are not null, as one object. */
  public Map<String, Object> responseValues(String... names) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name : names) {
      Object value = responseValue(name);
      if (value != null) {
        values.put(name, value);
      }
    }
    return values;
  }

  /** The plain text of the first of these request fields that was captured, or null. */
  public String requestText(String... names) {
    for (String name : names) {
      String text = JsonText.plain(JsonText.parse(captured.request(name)));
      if (text != null) {
        return text;
      }
    }
    return null;
  }

  /** The request field when it is an object, else null. */
  public Map<String, Object> requestObject(String name) {
    return JsonText.parseObject(captured.request(name));
  }

  /** The value of a response header, else of the request header of that name, else null. */
  public String header(String name) {
    String value = captured.responseHeader(name);
    return value == null ? captured.requestHeader(name) : value;
  }

  public void note(UsageNote note) {
    notes.add(note);
  }

  /** A count that is none: the row says so, and names the member. */
  public void anomaly(String path) {
    notes.add(UsageNote.ANOMALY);
    anomalies.add(path);
  }

  /** True when a count was none so far. */
  public boolean hasAnomaly() {
    return !anomalies.isEmpty();
  }

  /** Keeps a value without a column of its own; null is left out. */
  public void metadata(String name, Object value) {
    if (value != null) {
      metadata.put(name, value);
    }
  }

  /** Takes back what {@link #metadata} kept under a name. */
  public void withoutMetadata(String name) {
    metadata.remove(name);
  }

  /** Keeps response headers under their own names. */
  public void headersToMetadata(Iterable<String> names) {
    for (String name : names) {
      metadata(name, captured.responseHeader(name));
    }
  }

  /** Keeps request fields under their own names. */
  public void requestToMetadata(Iterable<String> names) {
    for (String name : names) {
      metadata(name, JsonText.parse(captured.request(name)));
    }
  }

  /** How and where the call was answered: status, framing, region, whether a stream ended. */
  public void answered(Surface surface) {
    setIfAbsent(UsageField.REGION, AwsHosts.region(captured.target().host()));
    Boolean streamed = captured.streamed();
    boolean asked = "true".equals(captured.request("stream"));
    record.set(UsageField.HTTP_STATUS, captured.status());
    record.set(UsageField.STREAMED, streamed);
    record.set(
        UsageField.REQUEST_TYPE, surface.requestType(streamed == null ? asked : streamed || asked));
    metadata("framing", captured.framing());
    if (Boolean.TRUE.equals(streamed)) {
      metadata.put("stream_complete", ending == Captured.Ending.COMPLETE);
    }
  }

  /** Sets the usage that was reported, word for word, and where it came from. */
  public void usage(String raw) {
    record.set(UsageField.USAGE_RAW, raw);
    record.set(UsageField.USAGE_SOURCE, raw == null ? "none" : "provider");
  }

  /** What a gateway in between believes the call to cost (Pydantic's): no charge, so metadata. */
  public void gatewayEstimate(Map<String, Object> usage) {
    Map<String, Object> gateway = JsonText.asObject(usage.get("pydantic_ai_gateway"));
    metadata("gateway_cost_estimate_usd", gateway == null ? null : gateway.get("cost_estimate"));
  }

  /** Sums what {@code total_tokens} is the sum of; unknown when a side is, unless it has none. */
  public void totals(boolean hasOutput) {
    Long read = record.get(UsageField.CACHE_READ_TOKENS);
    record.set(UsageField.CACHED_TOKENS, read);
    Long input = record.get(UsageField.INPUT_TOKENS);
    Long output = record.get(UsageField.OUTPUT_TOKENS);
    if (!hasOutput && output == null) {
      output = 0L;
    }
    record.set(UsageField.TOTAL_TOKENS, sum("total_tokens", input, output));
    checkParts(input, read, record.get(UsageField.CACHE_WRITE_TOKENS), "cache tokens");
    checkParts(output, record.get(UsageField.REASONING_TOKENS), null, "reasoning tokens");
  }

  /** The sum, or null when a part is unknown or the sum passes 64 bits. */
  public Long sum(String what, Long... parts) {
    long sum = 0;
    for (Long part : parts) {
      if (part == null) {
        return null;
      }
      sum += part;
      if (sum < 0) {
        anomaly(what);
        return null;
      }
    }
    return sum;
  }

  /** What the exchange came to, for a surface without words of its own for failure. */
  public void outcome() {
    Outcome.of(captured, ending, providerError()).writeTo(this);
  }

  /** As {@link #outcome()}, with an error that only the surface can tell. */
  public void outcome(ProviderError error) {
    Outcome.of(captured, ending, error == null ? providerError() : error).writeTo(this);
  }

  /**
   * Claims a report that other requests bring again (polls, replays): the forwarder counts it once.
   * Host and account belong to the claim, because ids are unique at one server only.
   *
   * @param kind what the id is an id of, such as {@code openai.responses}
   * @param id null or short when it identifies nothing: it may be a counter that starts anew
   */
  public void repeatable(String kind, String id) {
    if (id != null && id.length() >= MIN_CLAIMED_ID) {
      String account = record.get(UsageField.BILLING_ACCOUNT);
      record.set(
          UsageField.DEDUPE_KEY,
          kind
              + ":"
              + captured.target().host()
              + ":"
              + (account == null ? "" : account)
              + ":"
              + id);
    }
  }

  /** Says why there are no counts: the exchange's own reason if it has one, else the given one. */
  public void explainMissingUsage(UsageNote reasonWhenComplete, String... usageFields) {
    for (String field : usageFields) {
      if (captured.tooLarge(field)) {
        note(UsageNote.TOO_LARGE);
        return;
      }
    }
    note(Outcome.reasonOfMissingUsage(captured, ending, reasonWhenComplete));
  }

  /** Writes what was gathered. */
  public void finish() {
    if (captured.requestUnseen() && captured.target().method().equals("POST")) {
      note(UsageNote.REQUEST_UNSEEN);
    }
    if (!anomalies.isEmpty()) {
      metadata.put("anomalies", new ArrayList<Object>(anomalies));
    }
    if (!notes.isEmpty()) {
      List<String> texts = new ArrayList<>(notes.size());
      for (UsageNote note : notes) {
        texts.add(note.text());
      }
      record.set(UsageField.USAGE_NOTE, List.copyOf(texts));
    }
    if (!metadata.isEmpty()) {
      record.set(UsageField.METADATA, JsonText.write(metadata));
    }
  }

  private ProviderError providerError() {
    Object member = responseValue("error");
    ProviderError error = ProviderError.ofMember(member);
    if (captured.status() == null || captured.status() < 400) {
      return error;
    }
    ProviderError top = ProviderError.ofTopLevel(captured);
    if (error == null) {
      return top;
    }
    // An error that is a string has its code beside it (xAI); an object says all it has to say.
    return member instanceof String ? error.or(top) : error;
  }

  private void checkParts(Long whole, Long first, Long second, String what) {
    long parts = (first == null ? 0 : first) + (second == null ? 0 : second);
    if (whole != null && parts > whole) {
      anomaly(what);
    }
  }
}
