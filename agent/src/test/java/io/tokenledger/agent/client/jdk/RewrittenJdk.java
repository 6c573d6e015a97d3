package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.HeaderSource;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.rewrite.ClientRewriter;
import io.tokenledger.agent.rewrite.RefusedClassException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import net.bytebuddy.agent.ByteBuddyAgent;

/**
 * The JDK client of this very JVM, rewritten once; {@link #meter} says who meters now. The bridge
 * is on the boot path, as in the agent's fallback.
 */
final class RewrittenJdk {
  private static final String BRIDGE = "io.tokenledger.bootstrap.TokenLedgerBridge";
  private static volatile Meter current;

  /** Meters nothing: every object of the client stays as it is. */
  static final Meter NOTHING =
      new Meter() {
        @Override
        public Exchange begin(RequestTarget target, HeaderSource requestHeaders) {
          return null;
        }

        @Override
        public void watch(Exchange exchange, Object wrapper) {}

        @Override
        public void caught(Throwable fault) {}
      };

  static {
    try {
      rewrite();
    } catch (Exception e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private RewrittenJdk() {}

  static void meter(Meter meter) {
    current = meter;
  }

  private static void rewrite() throws Exception {
    Instrumentation instrumentation = ByteBuddyAgent.install();
    Class<?> bridge = defineBridge(instrumentation);
    Method install = bridge.getMethod("install", int.class, BiFunction.class);
    JdkTap tap = new JdkTap();
    tap.install(
        (point, hook) -> {
          try {
            install.invoke(null, point, hook);
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
          }
        },
        new Meter() {
          @Override
          public Exchange begin(RequestTarget target, HeaderSource requestHeaders) {
            return current.begin(target, requestHeaders);
          }

          @Override
          public void watch(Exchange exchange, Object wrapper) {
            current.watch(exchange, wrapper);
          }

          @Override
          public void caught(Throwable fault) {
            current.caught(fault);
          }
        });
    Rewriting rewriting = new Rewriting(tap.rewriters());
    instrumentation.addTransformer(rewriting, true);
    for (ClientRewriter rewriter : tap.rewriters()) {
      // Through the platform loader, which is where the JDK keeps its client.
      Class<?> target =
          Class.forName(
              rewriter.className().replace('/', '.'), false, ClassLoader.getPlatformClassLoader());
      instrumentation.retransformClasses(target);
    }
    if (rewriting.done.size() != tap.rewriters().size()) {
      throw new IllegalStateException("rewritten: " + rewriting.done + ", " + rewriting.refused);
    }
  }

  private static Class<?> defineBridge(Instrumentation instrumentation) throws Exception {
    String entry = BRIDGE.replace('.', '/') + ".class";
    Path jar = Files.createTempFile("bridge", ".jar");
    jar.toFile().deleteOnExit();
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        InputStream in = RewrittenJdk.class.getClassLoader().getResourceAsStream(entry)) {
      out.putNextEntry(new JarEntry(entry));
      in.transferTo(out);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    instrumentation.appendToBootstrapClassLoaderSearch(new java.util.jar.JarFile(jar.toFile()));
    return Class.forName(BRIDGE, true, null);
  }

  private static final class Rewriting implements ClassFileTransformer {
    private final List<ClientRewriter> rewriters;
    private final Set<String> done = new HashSet<>();
    private Exception refused;

    Rewriting(List<ClientRewriter> rewriters) {
      this.rewriters = rewriters;
    }

    @Override
    public byte[] transform(
        ClassLoader loader,
        String name,
        Class<?> redefined,
        ProtectionDomain domain,
        byte[] original) {
      for (ClientRewriter rewriter : rewriters) {
        if (rewriter.className().equals(name)) {
          try {
            byte[] rewritten = rewriter.rewrite(original, BRIDGE.replace('.', '/'));
            done.add(name);
            return rewritten;
          } catch (RefusedClassException | RuntimeException e) {
            refused = e;
          }
        }
      }
      return null;
    }
  }
}
