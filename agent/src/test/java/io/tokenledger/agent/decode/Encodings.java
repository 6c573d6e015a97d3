package io.tokenledger.agent.decode;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;

/** Compresses bodies as servers do, with the reference libraries. */
public final class Encodings {
  private Encodings() {}

  /**
   * Compresses a whole body.
   *
   * @param encoding {@code gzip}, {@code br} or {@code zstd}
   */
  public static byte[] encode(String encoding, byte[] plain) {
    return encode(encoding, 0, List.of(plain)).bytes();
  }

  /**
   * Compresses a stream whose server flushes after each event.
   *
   * @param windowBits 0: the library's own
   */
  static Encoded encode(String encoding, int windowBits, List<byte[]> events) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<Integer> flushes = new ArrayList<>();
    try (OutputStream out = encoder(encoding, windowBits, bytes)) {
      for (byte[] event : events) {
        out.write(event);
        if (events.size() > 1) {
          out.flush();
          flushes.add(bytes.size());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Encoded(bytes.toByteArray(), flushes);
  }

  /**
   * A compressed body.
   *
   * @param flushes where each event ends
   */
  record Encoded(byte[] bytes, List<Integer> flushes) {}

  private static OutputStream encoder(String encoding, int windowBits, OutputStream out)
      throws IOException {
    switch (encoding) {
      case "gzip":
        return new GZIPOutputStream(out, 512, true);
      case "br":
        Assumptions.assumeTrue(Brotli4jLoader.isAvailable(), "no native encoder of brotli here");
        Encoder.Parameters parameters = new Encoder.Parameters().setQuality(5);
        return new BrotliOutputStream(
            out, windowBits == 0 ? parameters : parameters.setWindow(windowBits));
      default:
        ZstdOutputStream zstd = new ZstdOutputStream(out).setCloseFrameOnFlush(false);
        zstd.setChecksum(true);
        if (windowBits > 0) {
          zstd.setLong(windowBits);
        }
        return zstd;
    }
  }
}
