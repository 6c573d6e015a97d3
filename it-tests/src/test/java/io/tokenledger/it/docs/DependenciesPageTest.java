package io.tokenledger.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** {@code docs/dependencies.md} says of each dependency of each module why it is there. */
class DependenciesPageTest {
  private static final List<String> MODULES =
      List.of(".", "bootstrap", "record", "shaded-deps", "agent", "forwarder", "it-tests");

  @Test
  void namesEveryDirectDependency() throws Exception {
    String page = Files.readString(Path.of("../docs/dependencies.md"));
    assertThat(directDependencies())
        .as("without a line in docs/dependencies.md")
        .allMatch(artifact -> page.contains("`" + artifact + "`"));
  }

  private static TreeSet<String> directDependencies() throws Exception {
    TreeSet<String> artifacts = new TreeSet<>();
    for (String module : MODULES) {
      Element project = pom(Path.of("..", module, "pom.xml"));
      for (Element dependencies : children(project, "dependencies")) {
        for (Element dependency : children(dependencies, "dependency")) {
          if (!text(dependency, "groupId").equals("io.tokenledger")) {
            artifacts.add(text(dependency, "artifactId"));
          }
        }
      }
    }
    return artifacts;
  }

  private static Element pom(Path file) throws Exception {
    try (var in = Files.newInputStream(file)) {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(in)
          .getDocumentElement();
    } catch (IOException e) {
      throw new AssertionError(file.toString(), e);
    }
  }

  private static String text(Element parent, String name) {
    return children(parent, name).get(0).getTextContent().trim();
  }

  private static List<Element> children(Element parent, String name) {
    NodeList nodes = parent.getChildNodes();
    List<Element> found = new java.util.ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      Node node = nodes.item(i);
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }
}
