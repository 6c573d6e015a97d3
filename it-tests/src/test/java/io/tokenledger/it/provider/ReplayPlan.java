package io.tokenledger.it.provider;

import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.conformance.Recording;
import io.tokenledger.agent.provider.conformance.Transcripts;
import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.Reply;
import io.tokenledger.it.harness.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one client sends in a conformance run: each exchange in every cut, numbered so that the
 * provider knows which reply a request wants.
 *
 * @param steps the requests, in the order in which they are sent
 */
record ReplayPlan(List<Step> steps) {
  private static final String STEP_HEADER = "x-replay-step";

  /** Each step is an account's own: one response id counts once in an account, as it should. */
  private static final String ACCOUNT_HEADER = "openai-organization";

  /**
   * Cutting a large body into single bytes costs minutes and shows nothing that a small one does
   * not.
   */
  private static final int MAX_BODY_IN_SINGLE_BYTES = 6 * 1024;

  private static final int MAX_BODY_IN_SEVENS = 48 * 1024;

  /** Headers that client and server set themselves, or that change how the body travels. */
  private static final Set<String> OF_THE_TRANSFER =
      Set.of(
          "accept-encoding",
          "content-length",
          "content-encoding",
          "host",
          "connection",
          "transfer-encoding");

  /**
   * One request and its reply.
   *
   * @param exchange the recording
   * @param cut how the reply is cut and whether it is compressed, for test names
   * @param reply what the provider answers
   */
  record Step(Recording exchange, String cut, Reply reply) {
    /** How many rows it gives: none for a look-alike, one for each line of a result file. */
    int rows() {
      if (Transcripts.isLookAlike(exchange)) {
        return 0;
      }
      return exchange.items().isEmpty() ? 1 : exchange.items().size();
    }
  }

  static ReplayPlan of(List<Recording> exchanges) {
    return new ReplayPlan(exchanges.stream().flatMap(it -> cuts(it).stream()).toList());
  }

  private static List<Step> cuts(Recording exchange) {
    Reply whole = Reply.bytes(exchange.status(), null, exchange.responseBody());
    for (Map.Entry<String, String> header : sent(exchange.responseHeaders()).entrySet()) {
      whole = whole.header(header.getKey(), header.getValue());
    }
    int size = whole.body().length;
    int some = 8 + new Random(exchange.name().hashCode()).nextInt(2000);
    List<Step> cuts = new ArrayList<>();
    cuts.add(new Step(exchange, "random: " + some + " bytes", whole.inPieces(some)));
    cuts.add(new Step(exchange, "gzip in " + some + " bytes", whole.gzip().inChunks(some)));
    cuts.add(new Step(exchange, "4096 bytes", whole.inChunks(4096)));
    if (size <= MAX_BODY_IN_SEVENS) {
      cuts.add(new Step(exchange, "7 bytes", whole.inChunks(7)));
      cuts.add(new Step(exchange, "gzip in 7 bytes", whole.gzip().inChunks(7)));
    }
    if (size <= MAX_BODY_IN_SINGLE_BYTES) {
      cuts.add(new Step(exchange, "1 byte", whole.inChunks(1)));
      cuts.add(new Step(exchange, "gzip in 1 byte", whole.gzip().inChunks(1)));
    }
    return cuts;
  }

  /** The names of the providers, each of which has a path of its own at {@link #provider()}. */
  Set<String> providers() {
    Set<String> names = new TreeSet<>();
    steps.forEach(step -> names.add(step.exchange().provider()));
    return names;
  }

  /** A provider that answers each step with its reply, under one path for each provider's name. */
  FakeProvider provider() {
    return FakeProvider.start().otherwise(this::reply);
  }

  /**
   * The digests of the answers that a client should hand out: OkHttp and Apache HC5 decode, the JDK
   * does not.
   */
  List<String> digests(String client) {
    return steps.stream()
        .map(step -> client.equals("jdk") ? step.reply().body() : step.exchange().responseBody())
        .map(ReplayMain::digest)
        .toList();
  }

  private Reply reply(Request request) {
    return steps.get(Integer.parseInt(request.headers().get(STEP_HEADER))).reply();
  }

  /** Writes the plan as {@link ReplayMain} reads it. */
  Path write(Path directory, String baseUrl) {
    List<String> lines = new ArrayList<>();
    try {
      for (int i = 0; i < steps.size(); i++) {
        Recording exchange = steps.get(i).exchange();
        Path bodyFile = directory.resolve(exchange.name() + ".request");
        byte[] body = requestBody(exchange);
        if (body != null) {
          Files.write(bodyFile, body);
        }
        StringBuilder line = new StringBuilder(exchange.target().method());
        line.append('\t').append(baseUrl).append('/').append(exchange.provider());
        line.append(pathAndQuery(exchange)).append('\t').append(body == null ? "-" : bodyFile);
        line.append('\t').append(STEP_HEADER).append('=').append(i);
        line.append('\t').append(ACCOUNT_HEADER).append('=');
        line.append(directory.getFileName()).append('-').append(i);
        sent(exchange.requestHeaders())
            .forEach((name, value) -> line.append('\t').append(name + "=" + value));
        lines.add(line.toString());
      }
      return Files.write(directory.resolve("plan.tsv"), lines, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A form whose body was not recorded is sent empty. */
  private static byte[] requestBody(Recording exchange) {
    byte[] recorded = exchange.requestBytes();
    return recorded == null && exchange.target().method().equals("POST") ? new byte[0] : recorded;
  }

  private static String pathAndQuery(Recording exchange) {
    RequestTarget target = exchange.target();
    return target.path() + (target.query() == null ? "" : "?" + target.query());
  }

  private static Map<String, String> sent(Map<String, String> recorded) {
    Map<String, String> headers = new LinkedHashMap<>(recorded);
    headers.keySet().removeAll(OF_THE_TRANSFER);
    return headers;
  }
}
