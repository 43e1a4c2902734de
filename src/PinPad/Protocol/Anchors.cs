using System;

namespace Redoubt.PinPad.Protocol;

/// <summary>A bank that the image knows. Spans lie in the page of anchors.</summary>
public ref struct BankAnchor
{
    /// <summary>The bank's name, as the screen shows it, in UTF-8.</summary>
    public ReadOnlySpan<byte> Name;

    /// <summary>Its host name.</summary>
    public ReadOnlySpan<byte> Host;

    /// <summary>Subject of its root certificate: a Name in DER.</summary>
    public ReadOnlySpan<byte> Subject;

    /// <summary>Public key of its root certificate, 65 bytes.</summary>
    public ReadOnlySpan<byte> Key;

    /// <summary>Finds a bank by its index in the page; false if there is none, or the page is not as it must be up to there.</summary>
    public static bool TryFind(ReadOnlySpan<byte> page, int index, out BankAnchor bank)
    {
        bank = default;
        CborReader reader = new(page);
        int count = reader.Array(1, 8);
        for (int i = 0; i < count && i <= index; i++)
        {
            reader.Map(4);
            reader.Expect(1);
            bank.Name = reader.Text(1, 24);
            reader.Expect(2);
            bank.Host = reader.Text(1, 64);
            reader.Expect(3);
            bank.Subject = reader.Bytes(1, 256);
            reader.Expect(4);
            bank.Key = reader.Bytes(65, 65);
        }

        return !reader.Failed && index >= 0 && index < count && bank.Key[0] == 4;
    }
}
