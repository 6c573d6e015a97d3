package io.tokenledger.it.overhead;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Response bodies of exactly {@link #BYTES} bytes, by the shape that dominates them. */
enum Bodies {
  /** A chat stream: events of 250 bytes, a word each. */
  EVENTS("text/event-stream", "/v1/chat/completions") {
    @Override
    String text(Random random) {
      StringBuilder text = new StringBuilder();
      while (text.length() < BYTES) {
        text.append("data: {\"id\":\"chatcmpl-BuZ3sYIJd0JIQsI9OAOtndCPwDyfs\",")
            .append("\"object\":\"chat.completion.chunk\",\"created\":1752820844,")
            .append("\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":\"default\",")
            .append("\"system_fingerprint\":null,\"choices\":[{\"index\":0,\"delta\":")
            .append("{\"content\":\" word")
            .append(random.nextInt(1000))
            .append("\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n");
      }
      return text.toString();
    }
  },
  /** A stream of the Responses API: small events that are numbered, so that none begins alike. */
  NUMBERED_EVENTS("text/event-stream", "/v1/responses") {
    @Override
    String text(Random random) {
      StringBuilder text = new StringBuilder();
      for (int i = 4; text.length() < BYTES; i++) {
        text.append("event: response.output_text.delta\ndata: ")
            .append("{\"type\":\"response.output_text.delta\",\"sequence_number\":")
            .append(i)
            .append(",\"item_id\":\"msg_68af40c2a1b88193a7c5c52a5a2f6f1b0d6d4b1d\",")
            .append("\"output_index\":0,\"content_index\":0,\"delta\":\" word")
            .append(random.nextInt(1000))
            .append("\",\"logprobs\":[],\"obfuscation\":\"Xk2PqVd9\"}\n\n");
      }
      return text.toString();
    }
  },
  /** An embedding: one long array of numbers. */
  NUMBERS("application/json", "/v1/embeddings") {
    @Override
    String text(Random random) {
      StringBuilder text =
          new StringBuilder("{\"object\":\"list\",\"data\":[{\"index\":0,\"embedding\":[0.5");
      while (text.length() < BYTES) {
        text.append(',').append((float) (random.nextDouble() - 0.5) / 10);
      }
      return text.toString();
    }
  },
  /** A long answer: one string with a line break here and there. */
  STRINGS("application/json", "/v1/chat/completions") {
    @Override
    String text(Random random) {
      StringBuilder text =
          new StringBuilder("{\"id\":\"c\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"");
      while (text.length() < BYTES) {
        text.append("The quick brown fox jumps over the lazy dog, again and again and again")
            .append(random.nextInt(3) == 0 ? "\\n" : ". ");
      }
      return text.toString();
    }
  };

  /** A multiple of a piece. */
  static final int BYTES = 60_000;

  /** What a read gives with TLS records and small events: the size of DESIGN's budget. */
  static final int PIECE = 300;

  final String contentType;
  final String path;

  Bodies(String contentType, String path) {
    this.contentType = contentType;
    this.path = path;
  }

  abstract String text(Random random);

  byte[] bytes() {
    return text(new Random(1)).substring(0, BYTES).getBytes(StandardCharsets.US_ASCII);
  }
}
