package io.tokenledger.agent.client.okhttp.tee;

import io.tokenledger.agent.streamusage.BodyEdit;
import io.tokenledger.agent.streamusage.EditedOutput;
import io.tokenledger.agent.streamusage.OptionScanner;
import io.tokenledger.agent.streamusage.StreamUsage;
import io.tokenledger.agent.streamusage.UsageAsk;
import java.io.IOException;
import java.io.OutputStream;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import okio.Okio;

/**
 * Looks at a request body that is to be asked for usage before OkHttp writes it, since its length
 * goes ahead of it. Only at one that says of itself that it can be written more than once: known
 * length, neither one-shot nor duplex (both since OkHttp 3.14, older versions are not asked).
 */
final class BodyLook {
  private BodyLook() {}

  /** Null: the body is sent as it is. */
  static BodyEdit at(RequestBody body, UsageAsk ask) {
    try {
      MediaType type = body.contentType();
      long length = body.contentLength();
      if (length <= 0
          || length > UsageAsk.MAX_BODY_BYTES
          || body.isOneShot()
          || body.isDuplex()
          || !StreamUsage.isJson(type == null ? null : type.toString())) {
        return null;
      }
      OptionScanner scanner = ask.scanner();
      write(body, scanner);
      return ask.edit(scanner, length);
    } catch (Exception | LinkageError unreadable) {
      return null; // OkHttp will see for itself
    }
  }

  /** Writes a body with the edit made. */
  static void write(RequestBody body, BufferedSink sink, BodyEdit edit) throws IOException {
    write(body, new EditedOutput(sink.outputStream(), edit));
  }

  private static void write(RequestBody body, OutputStream out) throws IOException {
    BufferedSink sink = Okio.buffer(Okio.sink(out));
    body.writeTo(sink);
    sink.emit();
  }
}
