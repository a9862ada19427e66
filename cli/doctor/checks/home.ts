import type { NamedHome } from '../../worlds/home.ts';
import { type Finding, failed, ok } from '../finding.ts';

export const judgeHome = (home: NamedHome | undefined): Finding =>
  home
    ? ok(`${home.region}, by ${home.by}`)
    : failed(
        'nothing names the Region in which the stack lives',
        'export AWS_REGION=us-east-1, or add --region us-east-1',
      );
