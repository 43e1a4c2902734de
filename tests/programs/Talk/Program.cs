using System.Runtime;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Talk;

/// <summary>
/// A partition that tries the console: it sends back what is typed, and misbehaves when it reads a capital: F starts and ends a flood of
/// numbered lines, S stops reading for ever, C and O report a crash and the end.
/// </summary>
internal static unsafe class Program
{
    private static ConsoleWriter s_writer;
    private static RingReader s_reader;
    private static bool s_flooding;

    [RuntimeExport("redoubt_main")]
    private static void Main()
    {
        if (!Self.TryFindChannel("console"u8, out ChannelEnd* end))
            return;
        s_writer.Open();
        s_reader.Open(in *end);
        Report(end, GuestReport.Running);
        s_writer.WriteLine("ready"u8);
        s_writer.Write("$ "u8);
        for (ulong line = 0; ;)
        {
            while (s_reader.TryRead(out byte key))
                Answer(end, key);
            if (!s_flooding)
            {
                Kernel.Wait(Kernel.Never, out _);
                continue;
            }

            s_writer.Write("flood "u8);
            s_writer.WriteDecimal(line++);
            s_writer.WriteLine(""u8);
        }
    }

    private static void Answer(ChannelEnd* end, byte key)
    {
        switch (key)
        {
            case (byte)'\r':
                s_writer.Write("\r\n$ "u8);
                break;
            case (byte)'F':
                s_flooding = !s_flooding;
                break;
            case (byte)'S':
                while (true)
                    Kernel.Wait(Kernel.Never, out _);
            case (byte)'C':
                Report(end, GuestReport.Crashed);
                break;
            case (byte)'O':
                Report(end, GuestReport.Off);
                break;
            default:
                s_writer.Write(key);
                break;
        }
    }

    private static void Report(ChannelEnd* end, ulong report)
    {
        RingWriter ring;
        ring = default;
        ring.Open(in *end);
        ring.Report(report);
        Kernel.Notify(end->NotifySlot);
    }
}
