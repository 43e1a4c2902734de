using System;
using System.Runtime;
using Redoubt.Abi;

namespace Redoubt.Partition;

/// <summary>The end of a partition that found itself broken. Others are not concerned.</summary>
public static class Panic
{
    /// <summary>Says why on the console and stops this vCPU.</summary>
    public static unsafe void Stop(ReadOnlySpan<byte> reason)
    {
        ConsoleWriter console;
        console = default;
        console.Open();
        console.Write("\r\npanic: "u8);
        console.WriteLine(reason);
        if (Self.Manifest.Guest.Present != 0 && Self.TryFindChannel("console"u8, out ChannelEnd* end))
        {
            RingWriter ring;
            ring = default;
            ring.Open(in *end);
            ring.Report(GuestReport.Crashed);
            Kernel.Notify(end->NotifySlot);
        }

        while (true)
            Kernel.Wait(Kernel.Never, out _);
    }

    // Where the checks of the compiler end, see ThrowHelpers.
    [RuntimeExport("redoubt_panic")]
    private static void Fail(int reason)
    {
        switch (reason)
        {
            case 1: Stop("index out of range"u8); break;
            case 2: Stop("argument out of range"u8); break;
            case 3: Stop("bad argument"u8); break;
            case 4: Stop("overflow"u8); break;
            case 5: Stop("division by zero"u8); break;
            case 6: Stop("null reference"u8); break;
            case 7: Stop("exception"u8); break;
            default: Stop("broken invariant"u8); break;
        }
    }
}
