package io.tokenledger.agent.provider.bedrock;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * A path {@code /model/{id}/{action}}. The id is a model, an inference profile with a prefix of its
 * region ({@code us.anthropic.claude-...}), or a whole ARN, whose colons and slashes clients escape
 * or not.
 */
final class ModelPath {
  private static final String MODEL = "/model/";

  private ModelPath() {}

  /** True when a path names a model; allocates nothing. */
  static boolean hasModel(String path) {
    int model = path.indexOf(MODEL);
    return model >= 0 && path.lastIndexOf('/') > model + MODEL.length();
  }

  /** True when the model that a path names could be one of Bedrock; allocates nothing. */
  static boolean looksLikeBedrock(String path) {
    if (!hasModel(path)) {
      return false;
    }
    int start = path.indexOf(MODEL) + MODEL.length();
    int end = path.lastIndexOf('/');
    for (int i = start; i < end; i++) {
      char c = path.charAt(i);
      if (c == '.' || c == ':' || path.startsWith("%3", i)) {
        return true;
      }
    }
    return false;
  }

  /** The id as the caller meant it, without escapes; null when the path names none. */
  static String modelId(String path) {
    if (!hasModel(path)) {
      return null;
    }
    String id = path.substring(path.indexOf(MODEL) + MODEL.length(), path.lastIndexOf('/'));
    try {
      return URLDecoder.decode(id.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEscaped) {
      return id;
    }
  }

  /**
   * True when an id is of this vendor: {@code openai.gpt-oss-120b-1:0}, also behind the prefix of a
   * region or inside an ARN.
   */
  static boolean isOf(String vendor, String id) {
    String start = vendor + '.';
    for (int at = id.indexOf(start); at >= 0; at = id.indexOf(start, at + 1)) {
      if (at == 0 || id.charAt(at - 1) == '.' || id.charAt(at - 1) == '/') {
        return true;
      }
    }
    return false;
  }
}
