using System.Text;
using Redoubt.Dice;

namespace Redoubt.PinPad.Tests;

/// <summary>Messages of a bank, made for tests.</summary>
internal static class Samples
{
    public static readonly byte[] Id = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
    public static readonly byte[] Nonce = [.. Enumerable.Range(100, 32).Select(i => (byte)i)];

    /// <summary>A transaction.</summary>
    public static byte[] Transaction(
        string payee = "Hélène Müller", string account = "DE89370400440532013000", long amount = 12_345, string currency = "EUR", string locale = "de-DE", long timeout = 60, long version = 1)
    {
        byte[] buffer = new byte[512];
        CborWriter writer = new(buffer);
        writer.Map(10);
        long[] numbers = [2, version];
        for (int i = 0; i < numbers.Length; i++)
        {
            writer.Number(i);
            writer.Number(numbers[i]);
        }

        writer.Number(2);
        writer.Bytes(Id);
        writer.Number(3);
        writer.Bytes(Nonce);
        writer.Number(4);
        writer.Text(Encoding.UTF8.GetBytes(payee));
        writer.Number(5);
        writer.Text(Encoding.UTF8.GetBytes(account));
        writer.Number(6);
        writer.Number(amount);
        writer.Number(7);
        writer.Text(Encoding.UTF8.GetBytes(currency));
        writer.Number(8);
        writer.Text(Encoding.UTF8.GetBytes(locale));
        writer.Number(9);
        writer.Number(timeout);
        return writer.Written.ToArray();
    }

    /// <summary>A status.</summary>
    public static byte[] Status(long verdict, long left)
    {
        byte[] buffer = new byte[64];
        CborWriter writer = new(buffer);
        writer.Map(4);
        long[] numbers = [4, 1, verdict, left];
        for (int i = 0; i < numbers.Length; i++)
        {
            writer.Number(i);
            writer.Number(numbers[i]);
        }

        return writer.Written.ToArray();
    }

    /// <summary>An answer of the bank's server.</summary>
    public static byte[] Answer(byte[] message, string status = "HTTP/1.1 200 OK", string more = "Server: x\r\nDate: Mon, 23 Nov 2026 08:00:00 GMT\r\n", string length = "Content-Length: 512\r\n")
    {
        byte[] frame = new byte[512];
        message.CopyTo(frame, 2);
        Protocol.Frame.Close(frame, message.Length);
        return [.. Encoding.Latin1.GetBytes($"{status}\r\n{more}Content-Type: application/vnd.redoubt.pin-entry\r\n{length}\r\n"), .. frame];
    }

    /// <summary>A page of anchors.</summary>
    public static byte[] Anchors(int count)
    {
        byte[] page = new byte[4096];
        CborWriter writer = new(page);
        writer.Array(count);
        for (int i = 0; i < count; i++)
        {
            writer.Map(4);
            writer.Number(1);
            writer.Text(Encoding.UTF8.GetBytes($"Bank {i}"));
            writer.Number(2);
            writer.Text(Encoding.UTF8.GetBytes($"bank{i}.example"));
            writer.Number(3);
            writer.Bytes([0x30, 0]);
            writer.Number(4);
            writer.Bytes([4, .. new byte[64]]);
        }

        return page;
    }

    /// <summary>A message, damaged: some bytes changed, taken away or added, or another one altogether.</summary>
    public static byte[] Damage(byte[] message, Random random)
    {
        List<byte> bytes = [.. message];
        for (int times = random.Next(1, 4); times > 0 && bytes.Count > 0; times--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(7))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveAt(at); break;
                case 3: bytes.Insert(at, (byte)random.Next(256)); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                case 5: bytes[at] = (byte)(0x58 + random.Next(-32, 40)); break;
                default: bytes.AddRange(bytes.GetRange(at, Math.Min(random.Next(40), bytes.Count - at))); break;
            }
        }

        return [.. bytes];
    }
}
