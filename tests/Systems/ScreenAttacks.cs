using System.IO.Compression;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Redoubt.Abi;

namespace Redoubt.Systems;

/// <summary>Attacks on the person in front of the phone: on what is seen, and on what is typed. Each leaves the phone's screen as the one that is shown.</summary>
public static class ScreenAttacks
{
    private const int Strip = (int)Screen.StripHeight;

    // Keys by QEMU's name and Linux's code, in digits' order from 0: none of them is pressed outside of an entry.
    private static readonly string[] s_digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    private const int Before = 30, After = 50, KeyType = 1, TouchX = 600, TouchY = 1000;
    private const uint Painted = 0xaa_aaaa;

    /// <summary>Linux paints all that it can, then the PIN page as it really looks.</summary>
    /// <exception cref="BreachException">The strip is not what it was.</exception>
    public static void PaintOverTheStrip(CompromisedPhone phone)
    {
        byte[] strip = Display.Strip(phone.Display.Look());
        phone.Linux.Run("head -c 3870720 /dev/zero | tr '\\000' '\\252' > /dev/fb0");
        Picture painted = phone.Display.Await(picture => picture[2, Strip + 2] == Painted && picture[700, picture.Height - 2] == Painted, "what Linux has painted");
        if (!Display.Strip(painted).AsSpan().SequenceEqual(strip))
            throw new BreachException("Linux has painted the strip");
        // And when all is shown anew.
        phone.Display.Tap("f12");
        phone.Display.Await(picture => picture[2, Strip + 2] != Painted, "the other screen");
        phone.Display.Tap("f12");
        painted = phone.Display.Await(picture => picture[2, Strip + 2] == Painted, "what Linux has painted");
        if (!Display.Strip(painted).AsSpan().SequenceEqual(strip))
            throw new BreachException("Linux has painted the strip");
    }

    /// <summary>Linux shows the PIN page as it really looks, the person types the PIN there, and Linux answers the bank with it.</summary>
    /// <exception cref="BreachException">The strip is not the phone's, or the bank took the answer.</exception>
    public static void Imitate(CompromisedPhone phone)
    {
        InputLog log = phone.Log;
        byte[] strip = Display.Strip(phone.Display.AwaitStrip(Display.First));
        string handle = phone.BeginEntry();
        Picture real = phone.Display.Look();
        phone.Cancel();
        phone.Give("page.gz", Compress(real));
        phone.Linux.Run("gunzip -c /tmp/page.gz > /dev/fb0");
        Picture shown = phone.Display.Await(picture => picture.Rows(Strip, picture.Height - Strip).SequenceEqual(real.Rows(Strip, real.Height - Strip)), "the imitation");
        if (!Display.Strip(shown).AsSpan().SequenceEqual(strip) || shown[2, 2] == Display.Entry)
            throw new BreachException("the imitation has the strip of an entry");

        string pin = phone.Bank.Customer.Pin;
        int heard = log.Keys.Count;
        phone.Display.Insist(() => phone.Display.Tap("tab"), () => log.Keys.Count > heard, "a key in the imitation");
        heard = log.Keys.Count;
        phone.Display.Tap([.. pin.Select(digit => s_digits[digit - '0'])]);
        phone.Display.Insist(() => { }, () => log.Keys.Count >= heard + 2 * pin.Length, "the PIN in the imitation");
        Answer(phone.Bank.Port, handle, pin);
        if (phone.Bank.StateOf(handle) == "authorised")
            throw new BreachException("the bank took a made-up answer");
    }

    /// <summary>Linux listens to all its input devices while a person types in an entry, by touch and by keys, some of them held from before or until after.</summary>
    /// <exception cref="BreachException">It has heard something of that.</exception>
    public static void LogKeys(CompromisedPhone phone)
    {
        try
        {
            Listen(phone);
        }
        finally
        {
            phone.Display.Key("a", false);
            phone.Display.Key("z", false);
        }
    }

    private static void Listen(CompromisedPhone phone)
    {
        Display display = phone.Display;
        InputLog log = phone.Log;
        int heard = log.Keys.Count;
        display.Insist(() => display.Tap("tab"), () => log.Keys.Count > heard, "a key of Linux's");
        display.Key("a", true);
        display.Insist(() => { }, () => log.Keys.Contains((KeyType, Before, 1)), "a key that is held");
        phone.BeginEntry();
        heard = Others(log).Length;
        int touched = log.Touches.Count, said = phone.Relay.Heard.Count;

        // The first digits may come before the pinpad has input.
        display.Insist(() => display.Tap("1"), () => Keypad.Dots(display.Look()) > 0 || Others(log).Length > heard || phone.Relay.Heard.Count > said, "a digit");
        Refuse(phone, heard, touched, said);
        display.Insist(() => { }, () => log.Keys.Last(item => item.Code == Before) == (KeyType, Before, 0), "that the key was released when the entry came");
        int held = log.Keys.Count - Others(log).Length;
        display.Key("a", false);
        int dots = Keypad.Dots(display.Look());
        display.Tap("7", "2");
        phone.Keypad.Touch(9);
        display.Await(picture => Keypad.Dots(picture) == dots + 3, "three more dots");
        display.Key("z", true);
        Refuse(phone, heard, touched, said);

        phone.Cancel();
        display.Key("z", false);
        // What comes after is heard, so nothing of what was before is still on its way.
        display.Insist(() => display.Tap("m"), () => log.Keys.Contains((KeyType, After, 1)), "a key after the entry");
        display.Insist(() => display.Touch(TouchX, TouchY), () => log.Touches.Count > touched, "a finger after the entry");
        if (Others(log).Skip(heard).Any(item => item.Code != After) || log.Keys.Count - Others(log).Length != held)
            throw new BreachException($"Linux has heard keys of an entry: {string.Join(", ", log.Keys)}");
        if (log.Touches.Skip(touched).Any(item => item is { Type: 3, Code: 0 } && item.Value != TouchX))
            throw new BreachException("Linux has heard a finger of an entry");
    }

    // What the keyboard said, but for the key that is held when the entry comes.
    private static (int Type, int Code, int Value)[] Others(InputLog log) => [.. log.Keys.Where(item => item.Code != Before)];

    private static void Refuse(CompromisedPhone phone, int keys, int touches, int messages)
    {
        InputLog log = phone.Log;
        if (Others(log).Length > keys || log.Touches.Count > touches)
            throw new BreachException($"while the person types in an entry, Linux hears {string.Join(", ", Others(log).Skip(keys).Concat(log.Touches.Skip(touches)))}");
        if (phone.Relay.Heard.Count > messages)
            throw new BreachException("while the person types in an entry, the pinpad sends to Linux");
    }

    /// <summary>The rows below the strip as a framebuffer has them, compressed.</summary>
    private static byte[] Compress(Picture picture)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
        {
            ReadOnlySpan<byte> rows = picture.Rows(Strip, picture.Height - Strip);
            byte[] pixels = new byte[rows.Length / 3 * 4];
            for (int i = 0; i < rows.Length / 3; i++)
                (pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2]) = (rows[3 * i + 2], rows[3 * i + 1], rows[3 * i]);
            gzip.Write(pixels);
        }

        return packed.ToArray();
    }

    /// <summary>What anybody can send to the bank who has the PIN and no evidence: an answer without a statement, by a key of his own.</summary>
    private static void Answer(int port, string handle, string pin)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=pinpad", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow.AddYears(1));
        using TcpClient client = new("127.0.0.1", port);
        using SslStream tls = new(client.GetStream(), false, (_, _, _, _) => true);
        try
        {
            tls.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = "localhost", ClientCertificates = [certificate], EnabledSslProtocols = SslProtocols.Tls12 });
            // {0: 3, 1: 1, 2: handle, 3: 0, 4: null, 5: PIN}
            byte[] message = [0xa6, 0, 3, 1, 1, 2, 0x50, .. Convert.FromHexString(handle), 3, 0, 4, 0xf6, 5, (byte)(0x60 | pin.Length), .. System.Text.Encoding.ASCII.GetBytes(pin)];
            byte[] frame = new byte[512];
            frame[1] = (byte)message.Length;
            message.CopyTo(frame, 2);
            tls.Write(System.Text.Encoding.ASCII.GetBytes($"POST /pin-entry/1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/vnd.redoubt.pin-entry\r\nContent-Length: {frame.Length}\r\n\r\n"));
            tls.Write(frame);
            int count = tls.Read(frame);
            if (count > 0 && System.Text.Encoding.ASCII.GetString(frame, 0, count).StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
                throw new BreachException("the bank answers somebody without evidence");
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            // The bank has ended the connection.
        }
    }
}
