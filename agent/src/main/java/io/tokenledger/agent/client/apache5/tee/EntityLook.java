package io.tokenledger.agent.client.apache5.tee;

import io.tokenledger.agent.streamusage.BodyEdit;
import io.tokenledger.agent.streamusage.OptionScanner;
import io.tokenledger.agent.streamusage.StreamUsage;
import io.tokenledger.agent.streamusage.UsageAsk;
import java.io.IOException;
import org.apache.hc.core5.http.HttpEntity;

/**
 * Looks at a request entity that is to be asked for usage before the client writes it, since its
 * length goes ahead of it. Only at one that says of itself that it is repeatable.
 */
final class EntityLook {
  private EntityLook() {}

  /** Null: the entity is sent as it is. */
  static BodyEdit at(HttpEntity entity, UsageAsk ask) {
    try {
      long length = entity.getContentLength();
      if (!entity.isRepeatable()
          || length > UsageAsk.MAX_BODY_BYTES
          || entity.getContentEncoding() != null
          || !StreamUsage.isJson(entity.getContentType())) {
        return null;
      }
      OptionScanner scanner = ask.scanner();
      entity.writeTo(scanner);
      return ask.edit(scanner, length);
    } catch (IOException | RuntimeException unreadable) {
      return null; // the client will see for itself
    }
  }
}
