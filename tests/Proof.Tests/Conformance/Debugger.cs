using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Redoubt.Tool.Machines;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>A machine in QEMU that stands still unless it is told to run: a client of its debug stub (GDB manual, Remote Serial Protocol).</summary>
internal sealed partial class Debugger : IDisposable
{
    /// <summary>Most bytes of memory that QEMU sends at a time.</summary>
    private const int Chunk = 0x800;

    private const int FirstVector = 34, FloatStatus = 66, VectorBytes = 16;

    private readonly string _folder = Directory.CreateTempSubdirectory("redoubt-debugger").FullName;
    private readonly Process _process;
    private readonly NetworkStream _stream;
    private readonly byte[] _buffer = new byte[0x10000];
    private readonly Dictionary<string, int> _system = [];
    private int _from, _to;

    /// <summary>Starts a machine, which stops before its first instruction.</summary>
    public Debugger(QemuMachine machine)
    {
        string path = Path.Combine(_folder, "socket");
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        QemuMachine stopped = machine with { Extra = [.. machine.Extra, "-S", "-chardev", $"socket,id=debug,path={path}", "-gdb", "chardev:debug"] };
        _process = Process.Start(new ProcessStartInfo(QemuMachine.Program, stopped.Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _stream = new NetworkStream(listener.Accept(), ownsSocket: true);
        Ask("qSupported:xmlRegisters=arm");
        Ask("qXfer:features:read:target.xml:0,fff");
        ReadNames();
    }

    /// <summary>General registers, stack pointer, program counter and PSTATE.</summary>
    public sealed record Registers(ulong[] General, ulong Stack, ulong Pc, uint Pstate);

    /// <summary>The registers of the CPU, which stands still.</summary>
    public Registers Read()
    {
        byte[] all = Convert.FromHexString(Ask("g"));
        ulong Word(int number) => BitConverter.ToUInt64(all, number * 8);
        return new Registers([.. Enumerable.Range(0, 31).Select(Word)], Word(31), Word(32), BitConverter.ToUInt32(all, 33 * 8));
    }

    /// <summary>V0 to V31, two words each.</summary>
    public ulong[] ReadVectors() =>
    [
        .. Enumerable.Range(FirstVector, 32).SelectMany(number =>
        {
            byte[] bytes = Convert.FromHexString(Ask($"p{number:x}"));
            return new[] { BitConverter.ToUInt64(bytes, 0), BitConverter.ToUInt64(bytes, VectorBytes / 2) };
        }),
    ];

    /// <summary>FPCR and FPSR.</summary>
    public (ulong Control, ulong Status) ReadFloat() => (ReadNumber(FloatStatus + 1), ReadNumber(FloatStatus));

    /// <summary>A system register, or null if the stub doesn't show it.</summary>
    public ulong? ReadSystem(string name) => _system.TryGetValue(name, out int number) ? ReadNumber(number) : null;

    /// <summary>Memory, as the CPU sees it.</summary>
    public byte[] ReadMemory(ulong address, int size)
    {
        byte[] bytes = new byte[size];
        for (int done = 0; done < size; done += Chunk)
        {
            Convert.FromHexString(Ask($"m{address + (ulong)done:x},{Math.Min(Chunk, size - done):x}")).CopyTo(bytes, done);
        }

        return bytes;
    }

    /// <summary>A register of a device, of 32 bits, at its physical address.</summary>
    public uint ReadDevice(ulong address)
    {
        Confirm("Qqemu.PhyMemMode:1");
        byte[] bytes = ReadMemory(address, sizeof(uint));
        Confirm("Qqemu.PhyMemMode:0");
        return BitConverter.ToUInt32(bytes);
    }

    /// <summary>Writes memory that the CPU sees, read-only or not.</summary>
    public void WriteMemory(ulong address, ReadOnlySpan<byte> bytes) => Confirm($"M{address:x},{bytes.Length:x}:{Convert.ToHexStringLower(bytes)}");

    /// <summary>Sets general registers, stack pointer, program counter and PSTATE.</summary>
    public void Write(Registers registers)
    {
        byte[] all = new byte[(33 * sizeof(ulong)) + sizeof(uint)];
        ulong[] words = [.. registers.General, registers.Stack, registers.Pc];
        Buffer.BlockCopy(words, 0, all, 0, words.Length * sizeof(ulong));
        BitConverter.TryWriteBytes(all.AsSpan(33 * sizeof(ulong)), registers.Pstate);
        Confirm($"G{Convert.ToHexStringLower(all)}");
    }

    public void SetBreakpoint(ulong address) => Confirm($"Z0,{address:x},4");

    public void ClearBreakpoint(ulong address) => Confirm($"z0,{address:x},4");

    /// <summary>Runs until a breakpoint, which may be where it stands; false if the machine has ended instead.</summary>
    public bool Continue() => Ask("c").StartsWith('T');

    /// <summary>Carries out one instruction, which is no branch to itself. QEMU says at times that it has done so when it has not.</summary>
    public void Step()
    {
        for (ulong from = Read().Pc, now = from; now == from; now = Read().Pc)
        {
            Ask("s");
        }
    }

    /// <summary>Runs to an address that has no breakpoint yet, for once more if it stands there.</summary>
    public bool RunTo(ulong address)
    {
        // A breakpoint where it stands would be hit at once.
        if (Read().Pc == address)
            Step();
        SetBreakpoint(address);
        bool stopped = Continue();
        if (stopped)
            ClearBreakpoint(address);
        return stopped;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _stream.Dispose();
        Directory.Delete(_folder, true);
    }

    private ulong ReadNumber(int number)
    {
        byte[] bytes = Convert.FromHexString(Ask($"p{number:x}"));
        return bytes.Length == sizeof(uint) ? BitConverter.ToUInt32(bytes) : BitConverter.ToUInt64(bytes);
    }

    private void ReadNames()
    {
        StringBuilder xml = new();
        for (; ; )
        {
            string part = Ask(string.Create(CultureInfo.InvariantCulture, $"qXfer:features:read:system-registers.xml:{xml.Length:x},7f0"));
            xml.Append(part.AsSpan(1));
            if (part[0] == 'l')
                break;
        }

        foreach (Match match in SystemRegister().Matches(xml.ToString()))
        {
            _system.TryAdd(match.Groups[1].Value, int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
        }
    }

    private void Confirm(string packet)
    {
        string answer = Ask(packet);
        if (answer != "OK")
            throw new InvalidOperationException($"{packet}: {answer}");
    }

    /// <summary>Sends a packet and returns the answer; empty if the stub doesn't know it or has gone.</summary>
    private string Ask(string packet)
    {
        byte sum = 0;
        foreach (char letter in packet)
        {
            sum += (byte)letter;
        }

        _stream.Write(Encoding.ASCII.GetBytes($"${packet}#{sum:x2}"));
        StringBuilder answer = new();
        int next;
        while ((next = Next()) != '$')
        {
            if (next < 0)
                return "";
        }

        while ((next = Next()) is not ('#' or < 0))
        {
            // Run-length encoding is not used by QEMU; an escape is.
            answer.Append(next == '}' ? (char)(Next() ^ 0x20) : (char)next);
        }

        Next();
        Next();
        _stream.Write("+"u8);
        return answer.ToString();
    }

    private int Next()
    {
        if (_from == _to)
        {
            (_from, _to) = (0, _stream.Read(_buffer));
            if (_to == 0)
                return -1;
        }

        return _buffer[_from++];
    }

    [GeneratedRegex("name=\"([^\"]+)\" bitsize=\"\\d+\" regnum=\"(\\d+)\"")]
    private static partial Regex SystemRegister();
}
