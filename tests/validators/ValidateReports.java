import com.pixelmed.validate.DicomSRValidator;
import java.io.InputStream;
import java.io.StringReader;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.transform.Transformer;
import javax.xml.transform.stream.StreamSource;

/**
 * Validates many structured reports with PixelMed's DicomSRValidator in one JVM.
 *
 * <p>The validator compiles its stylesheet once. For every code it checks it parses all of its
 * context groups again, so it is given only those that a CT dose report can refer to; a group that
 * were missing here would show as an error.
 */
public final class ValidateReports {
    private static final String CONTEXT_GROUPS =
        "/com/pixelmed/validate/DicomContextGroupsSource.xml";
    private static final Set<String> USED = Set.of(
        "230", "270", "3629", "4030", "4052", "5000", "7445", "7452", "7453",
        "10000", "10001", "10011", "10013", "10014", "10015", "10021", "10022", "10023", "10033");

    private ValidateReports() {
    }

    public static void main(String[] files) throws Exception {
        DicomSRValidator validator = new DicomSRValidator();
        String groups = contextGroups();
        transformer(validator).setURIResolver(
            (href, base) -> new StreamSource(new StringReader(groups)));
        for (String file : files) {
            System.out.println("== " + file);
            System.out.print(validator.validate(file));
        }
    }

    private static String contextGroups() throws Exception {
        try (InputStream in = DicomSRValidator.class.getResourceAsStream(CONTEXT_GROUPS)) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Pattern.compile(
                    "<definecontextgroup cid=\"([^\"]+)\".*?</definecontextgroup>", Pattern.DOTALL)
                .matcher(all)
                .replaceAll(m -> USED.contains(m.group(1)) ? Matcher.quoteReplacement(m.group()) : "");
        }
    }

    private static Transformer transformer(DicomSRValidator validator) throws Exception {
        Field pass = DicomSRValidator.class.getDeclaredField("transformerPass1");
        pass.setAccessible(true);
        return (Transformer) pass.get(validator);
    }
}
