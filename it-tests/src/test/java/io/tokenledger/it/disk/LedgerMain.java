package io.tokenledger.it.disk;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.util.zip.ZipFile;

/**
 * A process that runs the ledger of the built agent's jar, with its relocated libraries, in the
 * agent's own loader. Arguments: the agent's jar, the queue directory, the length of a cycle file.
 */
public final class LedgerMain {
  private static final String LOADER = "io.tokenledger.agent.start.AgentClassLoader";
  private static final String LEDGER = "io.tokenledger.agent.ledger.Ledger";
  private static final String DRIVER = "io.tokenledger.agent.ledger.LedgerDriver";

  private LedgerMain() {}

  public static void main(String[] args) throws Exception {
    Class<?> ledger = agentLoader(args[0]).loadClass(LEDGER);
    MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(ledger, MethodHandles.lookup());
    lookup.defineClass(bytes(DRIVER + "$HandClock"));
    Object driver =
        lookup
            .defineClass(bytes(DRIVER))
            .getConstructor(String.class, long.class)
            .newInstance(args[1], Long.parseLong(args[2]));
    ((Runnable) driver).run();
  }

  private static ClassLoader agentLoader(String path) throws Exception {
    ZipFile jar = new ZipFile(new File(path));
    ClassLoader main = (ClassLoader) make(Class.forName("io.tokenledger.agent.AgentMain"), jar);
    Object pack = make(main.loadClass(LOADER + "$Pack"), jar);
    return (ClassLoader) make(main.loadClass(LOADER), pack);
  }

  private static Object make(Class<?> type, Object argument) throws Exception {
    Constructor<?> constructor = type.getDeclaredConstructors()[0];
    constructor.setAccessible(true);
    return constructor.newInstance(argument);
  }

  private static byte[] bytes(String className) throws IOException {
    String resource = "/" + className.replace('.', '/') + ".class";
    try (InputStream in = LedgerMain.class.getResourceAsStream(resource)) {
      return in.readAllBytes();
    }
  }
}
