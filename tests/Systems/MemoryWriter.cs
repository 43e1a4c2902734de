using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Redoubt.Systems;

/// <summary>
/// Writes into a machine's memory from outside, past all that translates addresses in it, by what QEMU offers to debuggers (GDB manual, "Remote Protocol"; QEMU
/// manual, "GDB usage"). Made before the machine, which is told of it by <see cref="Options"/>.
/// </summary>
internal sealed class MemoryWriter : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("redoubt-writer-").FullName;

    /// <summary>Further options for QEMU.</summary>
    public IReadOnlyList<string> Options => ["-gdb", $"unix:{Socket},server=on,wait=off"];

    private string Socket => Path.Combine(_folder, "socket");

    /// <summary>Writes words while the machine stands still. What QEMU has translated of instructions that change is forgotten.</summary>
    /// <param name="words">Physical address and value of each.</param>
    public void Write(IEnumerable<(ulong Address, ulong Value)> words)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(Socket));
        using NetworkStream stream = new(socket);
        Command(stream, "Qqemu.PhyMemMode:1");
        foreach ((ulong address, ulong value) in words)
            Command(stream, $"M{address:x},{sizeof(ulong)}:{Convert.ToHexStringLower(BitConverter.GetBytes(value))}");
        // The machine goes on.
        Command(stream, "D");
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Command(NetworkStream stream, string command)
    {
        // The reply before is acknowledged by the way.
        stream.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"+${command}#{command.Sum(character => character) & 0xff:x2}")));
        string reply;
        // That the machine stands still is told unasked.
        while ((reply = Reply(stream)).StartsWith('T'))
            continue;
        if (reply != "OK")
            throw new InvalidOperationException($"QEMU answers \"{reply}\" to \"{command}\"");
    }

    private static string Reply(NetworkStream stream)
    {
        const int ChecksumSize = 2;
        while (Next(stream) != '$')
            continue;
        StringBuilder reply = new();
        for (char character; (character = Next(stream)) != '#';)
            reply.Append(character);
        for (int i = 0; i < ChecksumSize; i++)
            Next(stream);
        return reply.ToString();
    }

    private static char Next(NetworkStream stream) => stream.ReadByte() is >= 0 and int read ? (char)read : throw new IOException("QEMU has hung up");
}
