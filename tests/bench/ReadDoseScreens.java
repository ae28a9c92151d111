import com.pixelmed.dicom.AttributeList;
import com.pixelmed.dose.CTDose;
import com.pixelmed.dose.CTDoseAcquisition;
import com.pixelmed.doseocr.OCR;
import java.io.PrintStream;

/** Reads dose screens with PixelMed's doseocr in one JVM: a line a file on standard output. */
public final class ReadDoseScreens {
    private ReadDoseScreens() {
    }

    public static void main(String[] files) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err);
        for (int warm = 0; warm < 3; ++warm) {
            read(files[0]);
        }
        for (String file : files) {
            long start = System.nanoTime();
            String found = read(file);
            out.println((System.nanoTime() - start) / 1_000_000.0 + "\t" + found);
        }
    }

    private static String read(String file) {
        try {
            AttributeList list = new AttributeList();
            list.read(file);
            CTDose dose = OCR.getCTDoseFromOCROfDoseScreen(new OCR(list), null, false);
            if (dose == null) {
                return "\t";
            }
            StringBuilder rows = new StringBuilder();
            for (int at = 0; at < dose.getNumberOfAcquisitions(); ++at) {
                CTDoseAcquisition row = dose.getAcquisition(at);
                if (row != null && row.getDLP() != null && !row.getDLP().isEmpty()) {
                    rows.append(row.getCTDIvol()).append(' ').append(row.getDLP()).append(';');
                }
            }
            return (dose.getDLPTotal() == null ? "" : dose.getDLPTotal()) + "\t" + rows;
        } catch (Exception failure) {
            System.err.println(file + ": " + failure);
            return "\t";
        }
    }
}
