package io.tokenledger.agent.exchange;

import io.tokenledger.agent.decode.FieldTable;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.SurfaceFields;
import java.util.List;
import java.util.Set;

/** A surface in the form that exchanges work with, made once. Immutable, thread-safe. */
final class SurfacePlan {
  final Surface surface;

  /** Null when nothing in the request is of interest. */
  final FieldTable requestFields;

  final FieldTable responseFields;
  private final String[] requestHeaders;
  private final String[] responseHeaders;

  SurfacePlan(Surface surface) {
    this.surface = surface;
    SurfaceFields fields = surface.fields();
    requestFields = fields.request().isEmpty() ? null : FieldTable.compile(fields.request());
    responseFields =
        FieldTable.compile(
            fields.response(),
            fields.streamEnd().data(),
            fields.streamEnd().types(),
            fields.streamEnd().member(),
            fields.form());
    requestHeaders = array(fields.requestHeaders());
    responseHeaders = array(fields.responseHeaders());
  }

  /** The values of the request headers to keep, to be read back by {@link #requestHeader}. */
  String[] keepRequestHeaders(HeaderSource headers) {
    return keep(requestHeaders, headers);
  }

  String[] keepResponseHeaders(HeaderSource headers) {
    return keep(responseHeaders, headers);
  }

  String requestHeader(String[] kept, String name) {
    return find(requestHeaders, kept, name);
  }

  String responseHeader(String[] kept, String name) {
    return find(responseHeaders, kept, name);
  }

  private static String[] array(Set<String> names) {
    return List.copyOf(names).toArray(new String[0]);
  }

  /** Null when the message has none of them. */
  private static String[] keep(String[] names, HeaderSource headers) {
    String[] kept = null;
    for (int i = 0; i < names.length; i++) {
      String value = headers.value(names[i]);
      if (value != null) {
        if (kept == null) {
          kept = new String[names.length];
        }
        kept[i] = value;
      }
    }
    return kept;
  }

  private static String find(String[] names, String[] kept, String name) {
    for (int i = 0; kept != null && i < names.length; i++) {
      if (names[i].equals(name)) {
        return kept[i];
      }
    }
    return null;
  }
}
