package io.tokenledger.agent.provider;

import io.tokenledger.agent.exchange.RequestTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Ends of paths at which models are called, whoever serves them: what no surface takes but ends
 * like this is likely spend that nobody meters, so it is counted. Wider than what surfaces
 * recognise, and never a reason to read a request.
 *
 * <p>A word that any API may have ({@code /messages}, {@code /responses}, {@code /invoke}) needs
 * what stands before it at the providers that have it.
 */
public final class ModelPaths {
  private static final int TAIL = 4;

  private static final String[] ENDS = {
    "/chat/completions",
    "/v1/completions",
    "/v1/complete",
    "/fim/completions",
    "/agents/completions",
    "/v1/responses",
    "/openai/responses",
    "/v1/messages",
    "/v1/embeddings",
    "/openai/embeddings",
    "/v1/embed",
    "/v2/embed",
    "/v1/rerank",
    "/v2/rerank",
    "/v1/chat",
    "/v2/chat",
    "/v1/generate",
    "/api/chat",
    "/api/generate",
    "/api/embed",
    "/api/embeddings",
    "/v1beta/interactions",
    "/images/generations",
    "/images/edits",
    "/audio/transcriptions",
    "/audio/translations",
    "/audio/speech",
    ":generateContent",
    ":streamGenerateContent",
    ":embedContent",
    ":batchEmbedContents",
    ":rawPredict",
    ":streamRawPredict",
  };

  /** Where the model's name stands before the end: {@code /model/<id>/converse}. */
  private static final String[] ENDS_AFTER_A_MODEL = {
    "/converse", "/converse-stream", "/invoke", "/invoke-with-response-stream",
  };

  private static final int[] TAILS = tails(ENDS);
  private static final int[] TAILS_AFTER_A_MODEL = tails(ENDS_AFTER_A_MODEL);

  private ModelPaths() {}

  /**
   * The end that makes a request look like a model call, or null. Compares and allocates nothing;
   * what it returns is a constant and never holds anything of the request.
   */
  public static String end(RequestTarget target) {
    String path = target.path();
    if (path.length() < TAIL || !target.method().equals("POST")) {
      return null;
    }
    int tail = tail(path);
    String end = end(path, tail, ENDS, TAILS);
    if (end != null) {
      return end;
    }
    end = end(path, tail, ENDS_AFTER_A_MODEL, TAILS_AFTER_A_MODEL);
    return end == null || path.contains("/model/") ? end : null;
  }

  /** All of them, for {@code docs/providers.md}. */
  public static List<String> ends() {
    List<String> ends = new ArrayList<>(Arrays.asList(ENDS));
    for (String end : ENDS_AFTER_A_MODEL) {
      ends.add("/model/{model}" + end);
    }
    return ends;
  }

  private static String end(String path, int tail, String[] ends, int[] tails) {
    for (int i = 0; i < ends.length; i++) {
      if (tails[i] == tail && path.endsWith(ends[i])) {
        return ends[i];
      }
    }
    return null;
  }

  private static int[] tails(String[] ends) {
    int[] tails = new int[ends.length];
    for (int i = 0; i < ends.length; i++) {
      tails[i] = tail(ends[i]);
    }
    return tails;
  }

  /**
   * The last characters as one number, compared first: {@code endsWith} for each end would cost
   * each request of an application four times as much.
   */
  private static int tail(String text) {
    int tail = 0;
    for (int i = text.length() - TAIL; i < text.length(); i++) {
      tail = tail << Byte.SIZE | text.charAt(i) & 0xFF;
    }
    return tail;
  }
}
