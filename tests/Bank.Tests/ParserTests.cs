using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Redoubt.Bank.Doors;
using Redoubt.Bank.Evidence;
using Redoubt.Bank.Protocol;
using Redoubt.Bank.Tests.Simulation;

namespace Redoubt.Bank.Tests;

/// <summary>
/// Each parser of the bank against 100,000 malformed inputs: it says so, and never anything else. An input counts as malformed if it is not, byte for byte, what the
/// test's own writer makes of the values that were read from it.
/// </summary>
public sealed class ParserTests
{
    private const int Inputs = 100_000;

    private static readonly SimulatedMaker s_maker = new();

    private static readonly SimulatedDevice s_device = new(s_maker);

    private static readonly byte[] s_statement = new StatementWriter().Encode(s_device.Leaf);

    private static readonly byte[][] s_requests =
    [
        PinPad.Message(1, 3, writer => writer.WriteByteString(new byte[16])),
        PinPad.Message(5, 3, writer => writer.WriteTextString("0123456789")),
        PinPad.Response(new byte[16], 0, s_statement, "123456"),
        PinPad.Response(new byte[16], 3, null, null),
    ];

    [Fact]
    public void Frames() => Refuses([.. s_requests.Select(PinPad.Frame)], input => PinPad.Frame(Frame.Unwrap(input).ToArray()));

    [Fact]
    public void Requests() => Refuses(s_requests, input => Request.Decode(input) switch
    {
        Fetch fetch => PinPad.Message(1, 3, writer => writer.WriteByteString(fetch.Handle)),
        Enrol enrol => PinPad.Message(5, 3, writer => writer.WriteTextString(enrol.Code)),
        Response response => PinPad.Response(response.Txid, (int)response.Outcome, response.Statement, response.Pin),
        _ => [],
    });

    [Fact]
    public void Statements() => Refuses([s_statement], input =>
    {
        Statement statement = Statement.Decode(input);
        byte[] payload = new StatementWriter
        {
            Nonce = statement.Nonce,
            Ueid = statement.Ueid,
            DebugStatus = statement.DebugStatus,
            Txid = statement.Txid,
            Outcome = (int)statement.Outcome,
            TransactionHash = statement.TransactionHash,
        }.Payload;
        // The signature is any 64 bytes: it is not checked by reading it.
        return StatementWriter.Sealed(payload, input[^64..]);
    });

    [Fact]
    public void Microvisor_descriptors() => Refuses([DiceWriter.MicrovisorDescriptor(new Measurements())], input =>
    {
        ConfigurationDescriptor read = ConfigurationDescriptor.DecodeMicrovisor(input);
        return DiceWriter.Descriptor(read.Name, read.SecurityVersion, read.MemoryMap, read.Devices, -80003, read.Environment);
    });

    [Fact]
    public void Partition_descriptors() => Refuses([DiceWriter.PartitionDescriptor(new Measurements())], input =>
    {
        ConfigurationDescriptor read = ConfigurationDescriptor.DecodePartition(input);
        return DiceWriter.Descriptor(read.Name, read.SecurityVersion, read.MemoryMap, read.Devices, -80004, read.Environment);
    });

    [Fact]
    public void OpenDiceInputs() => Refuses([DiceWriter.Input(new byte[32], DiceWriter.PartitionDescriptor(new Measurements()), 1), DiceWriter.Input(new byte[32], [], 3)], input =>
    {
        OpenDiceInput read = OpenDiceInput.Decode(input);
        return DiceWriter.Input(read.Code, read.Descriptor, (int)read.Mode);
    });

    /// <summary>The parts of HTTP that the bank reads itself.</summary>
    [Fact]
    public void HTTP_requests()
    {
        (string Method, string Path, string Query, string? Type, long? Length, string? Encoding, int Body) good =
            ("POST", "/pin-entry/1", "", "application/vnd.redoubt.pin-entry", 512, null, 512);
        Gen<string> method = OneOf("POST", "GET", "post", "PUT", "", "POST ");
        Gen<string> path = Gen.Frequency((3, Gen.Const(good.Path)), (1, OneOf("/", "/pin-entry", "/pin-entry/1/", "/PIN-entry/1")), (1, Gen.String[1, 9].Select(text => "/" + text)));
        Gen<string> query = OneOf("", "", "?", "?a=1");
        Gen<string?> type = Gen.Frequency((3, Gen.Const(good.Type)), (1, OneOf<string?>(null, "", "application/cbor", good.Type + "; charset=x")));
        Gen<long?> length = Gen.Frequency((3, Gen.Const<long?>(512)), (1, OneOf<long?>(null, 0, 511, 513, long.MaxValue)));
        Gen<string?> encoding = OneOf<string?>(null, null, "chunked", "gzip");
        byte[] frame = PinPad.Frame(s_requests[0]);
        Gen.Select(method, path, query, type, length, encoding, Gen.Int[0, 600]).Where(input => input != good).Sample(input =>
        {
            DefaultHttpContext context = new();
            HttpRequest request = context.Request;
            (request.Method, request.Path, request.QueryString) = (input.Item1, new PathString(input.Item2), new QueryString(input.Item3));
            (request.ContentType, request.ContentLength) = (input.Item4, input.Item5);
            if (input.Item6 is { } coding)
                request.Headers.TransferEncoding = coding;
            byte[] body = new byte[input.Item7];
            frame.AsSpan(0, int.Min(frame.Length, body.Length)).CopyTo(body);
            request.Body = new MemoryStream(body);
            try
            {
                DeviceDoor.Read(context).GetAwaiter().GetResult();
                // What follows a body of the length that was named is the next request.
                return (input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6) == (good.Method, good.Path, "", good.Type, 512, null) && body.Length >= 512;
            }
            catch (Exception refusal) when (refusal is MalformedException or EndOfStreamException)
            {
                return true;
            }
        }, iter: Inputs, threads: 2);
    }

    /// <summary>Whole certificates, whose outside the framework reads.</summary>
    [Fact]
    public void Certificates()
    {
        byte[][] chain = s_device.Chain;
        ChainPolicy policy = new([X509CertificateLoader.LoadCertificate(s_maker.Root)], [], 0, _ => false, DateTime.UtcNow);
        Random random = new(7);
        for (int i = 0; i < 4000; i++)
        {
            int place = random.Next(DeviceCertificates.Count);
            byte[][] sent = [.. chain];
            sent[place] = Mutate(chain[place], random);
            // The loader leaves out what follows a certificate; TLS doesn't let it in.
            if (!sent[place].AsSpan().StartsWith(chain[place]))
                Assert.True(IsRefused(sent, policy), $"certificate {place}: {Convert.ToHexString(sent[place])}");
        }
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static bool IsRefused(byte[][] sent, ChainPolicy policy)
    {
        try
        {
            DeviceCertificates certificates = DeviceCertificates.Read([.. sent.Select(der => X509CertificateLoader.LoadCertificate(der))]);
            return ChainAppraisal.Path(certificates, policy) is not null || ChainAppraisal.Profile(certificates, policy) is not null;
        }
        catch (Exception refusal) when (refusal is MalformedException or CryptographicException)
        {
            return true;
        }
    }

    /// <summary>Whatever is made of <paramref name="seeds"/> is refused, or is well-formed.</summary>
    private static void Refuses(byte[][] seeds, Func<byte[], byte[]> readAndWrite)
    {
        foreach (byte[] seed in seeds)
            Assert.Equal(seed, readAndWrite(seed));
        Random random = new(1);
        int refused = 0;
        while (refused < Inputs)
        {
            byte[] input = Mutate(seeds[random.Next(seeds.Length)], random);
            try
            {
                Assert.Equal(input, readAndWrite(input));
            }
            catch (MalformedException)
            {
                refused++;
            }
        }
    }

    /// <summary>One to four changes: of bits, bytes, lengths, order, or everything.</summary>
    private static byte[] Mutate(byte[] seed, Random random)
    {
        List<byte> bytes = [.. seed];
        for (int changes = random.Next(1, 5); changes > 0; changes--)
        {
            int place = random.Next(bytes.Count + 1), size = random.Next(1, 9);
            int end = int.Min(bytes.Count, place + size);
            switch (random.Next(7))
            {
                case 0 when place < bytes.Count:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when place < bytes.Count:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(place, end - place);
                    break;
                case 3:
                    bytes.InsertRange(place, bytes.GetRange(place, end - place));
                    break;
                case 4:
                    byte[] noise = new byte[size];
                    random.NextBytes(noise);
                    bytes.InsertRange(place, noise);
                    break;
                case 5:
                    bytes.RemoveRange(place, bytes.Count - place);
                    break;
                case 6 when place < bytes.Count:
                    bytes[place] = (byte)((bytes[place] & 0xe0) | random.Next(24, 32));
                    break;
            }
        }

        return [.. bytes];
    }
}
