package io.tokenledger.agent.provider;

import java.util.Map;

/**
 * What a provider said went wrong, in whichever of the field's spellings: an {@code error} object
 * or string, or members at the top of the body.
 *
 * @param type such as {@code invalid_request_error}, or null
 * @param code such as {@code insufficient_quota} or a number as text, or null
 * @param message the sentence, or null
 */
public record ProviderError(String type, String code, String message) {

  /** From the value of an {@code error} member; null when it is null. */
  public static ProviderError ofMember(Object error) {
    Map<String, Object> object = JsonText.asObject(error);
    if (object == null) {
      return error == null ? null : new ProviderError(null, null, JsonText.plain(error));
    }
    Object type = object.get("type") == null ? object.get("status") : object.get("type");
    return new ProviderError(
        JsonText.plain(type),
        JsonText.plain(object.get("code")),
        JsonText.plain(object.get("message")));
  }

  /**
   * From the members at the top of an error body: {@code type}, {@code code}, {@code message} or
   * {@code detail}. Null when none of them is there.
   */
  static ProviderError ofTopLevel(Captured captured) {
    String type = text(captured, "error_type", "type");
    String code = text(captured, "code");
    String message = text(captured, "message", "detail");
    return type == null && code == null && message == null
        ? null
        : new ProviderError(type, code, message);
  }

  /** This error, with what it left open taken from another one. */
  ProviderError or(ProviderError other) {
    return other == null
        ? this
        : new ProviderError(
            type == null ? other.type : type,
            code == null ? other.code : code,
            message == null ? other.message : message);
  }

  private static String text(Captured captured, String... names) {
    for (String name : names) {
      String text = JsonText.plain(JsonText.parse(captured.response(name)));
      if (text != null) {
        return text;
      }
    }
    return null;
  }
}
