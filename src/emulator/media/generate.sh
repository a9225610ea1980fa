#!/bin/sh
# Makes the media beside this file from ffmpeg's own test sources (written with ffmpeg 5.1, libx264 and its aac encoder).
# 23.04 s of picture and tone, cut into 12 segments of 1.92 s: at 6.25 frames/s that is 12 frames, and 30 frames of
# AAC at 16 kHz, so every kind of segment has exactly the same length. Times go on from segment to segment.
set -eu
cd "$(dirname "$0")"
exact="-fflags +bitexact -flags:v +bitexact -flags:a +bitexact -map_metadata -1"
source=$(mktemp -d)/source.nut

# One audio frame more than needed; the first one is the encoder's priming and is dropped, so that both tracks start together.
ffmpeg -v error -y -f lavfi -i testsrc2=size=160x90:rate=6.25:duration=23.04 \
  -f lavfi -i sine=frequency=440:beep_factor=2:sample_rate=16000:duration=23.04 \
  -c:v libx264 -preset veryslow -profile:v baseline -pix_fmt yuv420p -crf 51 -g 12 -keyint_min 12 -sc_threshold 0 -bf 0 \
  -bsf:v filter_units=remove_types=6 -c:a aac -b:a 10k -ac 1 -bsf:a "noise=drop=eq(n\,0)" $exact "$source"

# Named .mpegts, because every tool of this project takes .ts for TypeScript.
segment() { # name, streams
  ffmpeg -v error -y -i "$source" -map "$2" -c copy $exact -f segment -segment_time 1.92 -segment_format mpegts \
    -segment_format_options mpegts_flags=+resend_headers:pat_period=60:sdt_period=60:pes_payload_size=170 "$1-%02d.mpegts"
}
segment mix 0
segment audio 0:a
segment video 0:v

# An MP4 holds six segments.
ffmpeg -v error -y -i "$source" -map 0 -c copy $exact -f segment -segment_times 11.52 -reset_timestamps 1 \
  -segment_format mp4 -segment_format_options movflags=+faststart mix-%01d.mp4

ffmpeg -v error -y -f lavfi -i testsrc2=size=160x90:rate=1 -frames:v 1 -q:v 31 $exact snapshot.jpg
# Of web senders, who use VP8 and Opus: each segment is a file of its own. No two have the same bytes, for the test source moves.
webm() { # name, stream, codec and its options
  name=$1 stream=$2
  shift 2
  for index in 00 01 02 03 04 05 06 07 08 09 10 11; do
    ffmpeg -v error -y -ss "$(echo "$index * 1.92" | bc)" -t 1.92 -i "$source" -map "$stream" "$@" $exact "$name-$index.webm"
  done
}
webm audio 0:a -c:a libopus -b:a 6k
webm video 0:v -c:v libvpx -b:v 20k -crf 60

rm -r "$(dirname "$source")"
