using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.Dice;
using Redoubt.Partition;

namespace Redoubt.Attest;

/// <summary>A partition that shows its identity on the console: its certificates, a certificate of a key of its own, and what is left after it has wiped the key.</summary>
internal static unsafe class Program
{
    private static ConsoleWriter s_writer;
    private static Workspace s_room;
    private static CertificateIssuer s_issuer;
    private static CertificateContent s_content;
    private static Layer s_own, s_leaf;
    private static Bytes s_certificate;

    [RuntimeExport("redoubt_main")]
    private static void Main()
    {
        s_writer.Open();
        Identity* identity = (Identity*)Layout.Identity;
        if (identity->Magic != Identity.MagicValue)
        {
            s_writer.WriteLine("no identity"u8);
        }
        else
        {
            ShowLeaf(identity);
            Span<byte> chain = identity->Certificates;
            for (int i = 0, at = 0; i < Identity.CertificateCount; at += (int)identity->Sizes[i++])
                Show("certificate "u8, chain.Slice(at, (int)identity->Sizes[i]));
            ((Span<byte>)identity->PrivateKey).Clear();
            Show("key "u8, identity->PrivateKey);
        }

        s_writer.WriteLine("end"u8);
        while (true)
            Kernel.Wait(Kernel.Never, out _);
    }

    // The leaf's key is no secret: it is the digest of nothing.
    private static void ShowLeaf(Identity* identity)
    {
        s_room.Prepare();
        s_own.StartFromKey(ref s_room, identity->PrivateKey);
        s_leaf.StartFromKey(ref s_room,
        [
            0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
        ]);
        s_content.Kind = CertificateKind.Client;
        s_content.NotBefore.Low = identity->BuildDate.Low;
        s_content.NotBefore.High = identity->BuildDate.High;
        Span<byte> certificate = s_certificate;
        Show("certificate "u8, certificate.Slice(0, s_issuer.Issue(ref s_room, in s_own, in s_leaf, in s_content, certificate)));
    }

    // In lines that the console does not break.
    private static void Show(ReadOnlySpan<byte> what, ReadOnlySpan<byte> bytes)
    {
        const int Line = 32;
        for (int at = 0; at < bytes.Length; at += Line)
        {
            s_writer.Write(what);
            for (int i = at; i < bytes.Length && i < at + Line; i++)
            {
                s_writer.Write("0123456789abcdef"u8[bytes[i] >> 4]);
                s_writer.Write("0123456789abcdef"u8[bytes[i] & 15]);
            }

            s_writer.WriteLine(""u8);
        }

        s_writer.Write(what);
        s_writer.WriteLine("ends"u8);
    }

    [InlineArray(CertificateIssuer.Largest)]
    private struct Bytes
    {
        private byte _first;
    }
}
